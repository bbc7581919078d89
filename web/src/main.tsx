import { render } from "preact";
import { App } from "./parts/App";
import { followAddress } from "./state/route";
import { takeTokenFromAddress } from "./state/session";

takeTokenFromAddress();
followAddress();
const root = document.getElementById("app");
if (root) {
  root.textContent = "";
  render(<App />, root);
}
