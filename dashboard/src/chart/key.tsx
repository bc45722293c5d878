// What the lines and areas of the fan mean.

import { spoken } from "../numbers";
import { region } from "../texts/views";
import { isInSight } from "./fan_chart";
import { cameTrue, type Lines } from "./lines";

export function Key({ lines, unit }: { lines: Lines; unit: string }) {
  return (
    <ul class="key">
      <li><Sample><path class="reported" d="M0 7H28" /></Sample>{region.knownThen}</li>
      {lines.now && <li><Sample><path class="reported-now" d="M0 7H28" /></Sample>{region.knownNow}</li>}
      {lines.now && cameTrue(lines).length > 0 && (
        <>
          <li><Sample><circle class="came" cx="14" cy="7" r="5" /></Sample>{region.cameInside}</li>
          <li><Sample><circle class="came outside" cx="14" cy="7" r="5" /></Sample>{region.cameOutside}</li>
        </>
      )}
      {lines.median.length > 0 && <li><Sample><path class="median" d="M0 7H28" /></Sample>{region.median}</li>}
      {[...lines.bands].reverse().map((band) => {
        const percent = Math.round(band.coverage * 100);
        const within = lines.bands.filter((one) => one.coverage >= band.coverage);
        return <li key={percent}><Sample>{within.map((one) => <rect key={one.coverage} class={`band band-${Math.round(one.coverage * 100)}`} width="28" height="14" />)}</Sample>{region.band(percent)}</li>;
      })}
      {lines.threshold !== null && (
        <li><Sample><path class="threshold" d="M0 7H28" /></Sample>{region.threshold}{isInSight(lines) ? "" : ` (${region.above(spoken(lines.threshold, unit))})`}</li>
      )}
    </ul>
  );
}

function Sample({ children }: { children: preact.ComponentChildren }) {
  return <svg viewBox="0 0 28 14" width="28" height="14" aria-hidden="true">{children}</svg>;
}
