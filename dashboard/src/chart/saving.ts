// Charts as files: the drawing with its colours in it, the same as a picture, and its numbers.

import type { EditionShape } from "../api/types";
import type { Lines } from "./lines";
import { tableOf } from "./lines";

const KEPT = ["fill", "stroke", "stroke-width", "stroke-dasharray", "fill-opacity", "opacity", "font-size", "font-family", "font-weight", "text-anchor"];
const SHARPNESS = 2; // pixels of the picture for one of the drawing: legible when printed
const SVG_NAMESPACE = "http://www.w3.org/2000/svg";

/** Returns the drawing on its own: what the style sheet says is written into it, and a line says where it is from. */
export function asSvg(drawing: SVGSVGElement, caption: string): string {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const sources = [drawing, ...drawing.querySelectorAll("*")];
  const copies = [copy, ...copy.querySelectorAll("*")];
  sources.forEach((source, index) => {
    const style = getComputedStyle(source);
    for (const name of KEPT) copies[index]?.setAttribute(name, style.getPropertyValue(name));
    copies[index]?.removeAttribute("class");
  });
  const { width, height } = drawing.viewBox.baseVal;
  const ground = document.createElementNS(SVG_NAMESPACE, "rect");
  ground.setAttribute("width", "100%");
  ground.setAttribute("height", "100%");
  ground.setAttribute("fill", getComputedStyle(drawing.closest(".card") ?? document.body).backgroundColor);
  const words = document.createElementNS(SVG_NAMESPACE, "text");
  words.setAttribute("x", "12");
  words.setAttribute("y", String(height + 16));
  words.setAttribute("font-size", "12");
  words.setAttribute("font-family", "sans-serif");
  words.setAttribute("fill", getComputedStyle(document.body).color);
  words.textContent = caption;
  copy.prepend(ground);
  copy.append(words);
  copy.setAttribute("viewBox", `0 0 ${width} ${height + 26}`);
  copy.setAttribute("height", String(height + 26));
  copy.setAttribute("xmlns", SVG_NAMESPACE);
  return new XMLSerializer().serializeToString(copy);
}

export async function asPng(svg: string): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const picture = new Image();
    picture.src = address;
    await picture.decode();
    const canvas = document.createElement("canvas");
    canvas.width = picture.width * SHARPNESS;
    canvas.height = picture.height * SHARPNESS;
    const context = canvas.getContext("2d");
    if (!context) throw new Error("this browser draws no pictures");
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the picture is empty"))), "image/png");
    });
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** Returns the numbers of a chart, exactly as the service gave them, one date a row. */
export function asCsv(lines: Lines, region: string, signal: string, edition: EditionShape): string {
  const bounds = lines.bands.flatMap((one) => [`low_${Math.round(one.coverage * 100)}`, `high_${Math.round(one.coverage * 100)}`]);
  const head = ["edition", "provider", "cutoff", "region", "signal", "date", "reported", "reported_now", "median", ...bounds];
  const about = [edition.number, edition.provider, edition.cutoff, region, signal];
  const rows = tableOf(lines).reverse().map((row) => [...about, row.date, row.then, row.now, row.median, ...row.bounds]);
  return [head, ...rows].map((row) => row.map(field).join(",")).join("\r\n") + "\r\n";
}

function field(value: string | number | null): string {
  const text = value === null ? "" : String(value);
  // A text that a spreadsheet would take for a formula is kept a text.
  const safe = typeof value === "string" && /^[=+@\t\r-]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function save(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
