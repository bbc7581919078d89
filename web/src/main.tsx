import { render } from "preact";
import { App } from "./parts/App";
import { followAddress } from "./state/route";
import { takeTokenFromAddress } from "./state/session";

takeTokenFromAddress();
// The link may be opened in a window that shows the page already: then only its fragment changes.
addEventListener("hashchange", takeTokenFromAddress);
followAddress();
const root = document.getElementById("app");
if (root) {
  root.textContent = "";
  render(<App />, root);
}
