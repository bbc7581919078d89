/** The frame around the tabs. */

import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { TABS, type Tab, tab } from "../state/route";
import { loadMe, loadPeople } from "../state/server";
import { refused, token } from "../state/session";
import { nextTheme, theme } from "../state/theme";
import { Account } from "../tabs/Account";
import { History } from "../tabs/History";
import { People } from "../tabs/People";
import { Portraits } from "../tabs/Portraits";
import { Swap } from "../tabs/Swap";
import { Icon } from "./Icon";
import { SignIn } from "./SignIn";
import { Toasts } from "./Toasts";

const PAGES: Record<Tab, ComponentType> = {
  swap: Swap,
  people: People,
  portraits: Portraits,
  history: History,
  account: Account,
};

const TITLES: Record<Tab, string> = {
  swap: "Swap",
  people: "People",
  portraits: "Portraits",
  history: "History",
  account: "Account",
};

export function App() {
  const known = token.value !== "" && refused.value === "";
  const Page = PAGES[tab.value];
  useEffect(() => {
    if (!known) return;
    void loadMe();
    void loadPeople();
  }, [known]);
  useEffect(() => {
    document.title = `${TITLES[tab.value]} · mien`;
  }, [tab.value]);
  return (
    <>
      {/* biome-ignore lint/a11y/useValidAnchor: the fragment names tabs, so the script moves the focus */}
      <a class="skip" href="#main" onClick={skip}>
        Skip to the content
      </a>
      <header class="top">
        <a class="brand" href="#swap" aria-label="mien, to the swap">
          <img src="page/icon.svg" alt="" width="32" height="32" /> mien
        </a>
        <nav aria-label="Tabs">
          {TABS.map((each) => (
            <a
              key={each}
              href={`#${each}`}
              {...(each === tab.value ? { "aria-current": "page" } : {})}
            >
              <Icon name={each} />
              <span>{TITLES[each]}</span>
            </a>
          ))}
        </nav>
        <a class="docs" href="docs">
          API
        </a>
        <button
          type="button"
          class="quiet only"
          aria-label={`Colours: ${theme.value}. Change`}
          title={`Colours: ${theme.value}`}
          onClick={nextTheme}
        >
          <Icon name={theme.value} />
        </button>
      </header>
      <main id="main" tabIndex={-1}>
        {known ? <Page /> : <SignIn />}
      </main>
      <Toasts />
    </>
  );
}

function skip(event: Event): void {
  event.preventDefault();
  document.querySelector("main")?.focus();
}
