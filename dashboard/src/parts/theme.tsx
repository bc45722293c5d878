// Light or dark: as the system says, or as was chosen here.

import { useState } from "preact/hooks";
import { common } from "../texts/common";
import { Choice } from "./frame";

const KEPT_AS = "neuralbrain-colours";
type Theme = "auto" | "light" | "dark";

function kept(): Theme {
  try {
    const found = localStorage.getItem(KEPT_AS);
    return found === "light" || found === "dark" ? found : "auto";
  } catch {
    return "auto"; // a browser that keeps nothing for pages
  }
}

export function applyTheme(theme: Theme = kept()): void {
  document.documentElement.dataset.theme = theme;
}

export function ThemeChoice() {
  const [theme, set] = useState(kept);
  const choose = (chosen: string) => {
    const found: Theme = chosen === "light" || chosen === "dark" ? chosen : "auto";
    set(found);
    applyTheme(found);
    try {
      localStorage.setItem(KEPT_AS, found);
    } catch {
      return; // then it holds for this page only
    }
  };
  return <Choice label={common.theme.label} value={theme} options={[["auto", common.theme.auto], ["light", common.theme.light], ["dark", common.theme.dark]]} onChange={choose} />;
}
