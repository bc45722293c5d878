// Starts the page.

import { render } from "preact";
import { followLinks } from "./address";
import { stayUpToDate } from "./api/live";
import { App } from "./app";
import { applyTheme } from "./parts/theme";
import "./style/page.css";
import "./style/pieces.css";
import "./style/map.css";
import "./style/chart.css";

applyTheme();
followLinks();
stayUpToDate();
const page = document.getElementById("page");
if (page) {
  page.replaceChildren();
  render(<App />, page);
}
