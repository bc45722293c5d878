// The page around the views: menu, what is shown and how old it is, and what to say when something is wrong.

import { useEffect } from "preact/hooks";
import { linkTo, useAddress, VIEWS, type View, viewOf } from "./address";
import { StatusBar, Warnings } from "./parts/status";
import { ThemeChoice } from "./parts/theme";
import { common } from "./texts/common";
import { AlertsView } from "./views/alerts";
import { CyclesView } from "./views/cycles";
import { EvaluationView } from "./views/evaluation";
import { NowView } from "./views/now";
import { PredictionsView } from "./views/predictions";
import { ProvidersView } from "./views/providers";
import { RegionView } from "./views/region";

const SHOWN: Record<View, () => preact.JSX.Element> = {
  now: NowView,
  region: RegionView,
  predictions: PredictionsView,
  evaluation: EvaluationView,
  providers: ProvidersView,
  cycles: CyclesView,
  alerts: AlertsView,
};

export function App() {
  const address = useAddress();
  const view = viewOf(address);
  const embedded = address.embed === "1";
  const Shown = SHOWN[view];
  useEffect(() => {
    document.title = `${common.views[view]} · ${common.title}`;
    document.documentElement.classList.toggle("embedded", embedded);
  }, [view, embedded]);
  return (
    <>
      {!embedded && <a class="skip" href="#content">{common.skip}</a>}
      <header>
        {!embedded && (
          <div class="top">
            <a class="brand" href="/?">{common.title}</a>
            <nav aria-label={common.menu}>
              {VIEWS.map((one) => <a key={one} href={linkTo(one)} aria-current={one === view ? "page" : undefined}>{common.views[one]}</a>)}
              <a href="/docs">{common.api}</a>
            </nav>
            <ThemeChoice />
          </div>
        )}
        <StatusBar />
      </header>
      <div class="warnings" aria-live="polite"><Warnings /></div>
      <main id="content" tabIndex={-1} data-view={view}>
        {view !== "region" && <h1 class={view === "now" ? "unseen" : ""}>{common.views[view]}</h1>}
        <Shown key={view} />
      </main>
      <footer>
        {common.footer} {embedded && <a href={linkTo(view, { ...address, embed: "" })} target="_blank" rel="noopener">{common.openHere}</a>}
      </footer>
    </>
  );
}
