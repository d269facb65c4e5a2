import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { startProgram } from "./program.mjs";

/** How long anything on a page may take; a busy machine is slow, not broken. */
const patience = 30_000;

/** Until the browser's own viewer has drawn the PDF that a frame of the page shows. */
export async function printed(page) {
  for (;;) {
    const viewer = page.frames().find((f) => f.url().startsWith("chrome-extension:"));
    if (viewer) {
      await viewer.waitForFunction(() => {
        const shown = document.querySelector("pdf-viewer");
        return (shown?.loadProgress_ ?? shown?.loadProgress) === 100;
      });
      return;
    }
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
}

/** The program, a browser, and people who each work in a context of their own; collects everything that goes wrong on any page. */
export async function openStage(config) {
  const program = await startProgram(config);
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
  });
  const faults = [];
  const allowed = [];
  const people = new Map();
  const underway = new WeakMap();

  function watch(page, who) {
    const open = new Set();
    underway.set(page, open);
    // A stream never ends, and a PDF in a frame is the browser's own affair.
    const counts = (r) => r.resourceType() !== "eventsource" && !(r.isNavigationRequest() || r.frame() !== page.mainFrame());
    page.on("request", (r) => counts(r) && open.add(r));
    for (const end of ["requestfinished", "requestfailed"]) page.on(end, (r) => open.delete(r));
    const fault = (what) => faults.push(`${who} at ${page.url().replace(program.url, "")}: ${what}`);
    page.on("pageerror", (error) => fault(error.stack ?? String(error)));
    page.on("console", (message) => {
      // Chromium reports refused requests here too; those are judged by their status below.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) fault(message.text());
    });
    page.on("response", (response) => {
      const status = response.status();
      const path = response.url().replace(program.url, "");
      if (status >= 400 && !allowed.some((a) => a.status === status && path.startsWith(a.path)))
        fault(`${response.request().method()} ${path} → ${status}`);
    });
  }

  /** A context of one person, by default in Chinese and light; `signedIn` skips the form. */
  async function enter(login, { dark = false, lang = "zh-CN", signedIn = true, ...options } = {}) {
    const context = await browser.newContext({
      locale: "zh-CN",
      timezoneId: "Asia/Shanghai",
      viewport: { width: 1440, height: 900 },
      baseURL: program.url,
      acceptDownloads: true,
      reducedMotion: "reduce",
      ...options,
    });
    context.setDefaultTimeout(patience);
    await context.addInitScript(
      ({ dark, lang }) => {
        if (window !== window.top) return; // the browser's own PDF viewer
        document.addEventListener("securitypolicyviolation", (e) => console.error(`CSP: ${e.violatedDirective} ${e.blockedURI}`));
        if (!localStorage.getItem("sealgate.prefs")) localStorage.setItem("sealgate.prefs", JSON.stringify({ dark }));
        if (!localStorage.getItem("sealgate.lang")) localStorage.setItem("sealgate.lang", lang);
      },
      { dark, lang },
    );
    if (signedIn) {
      const answer = await context.request.post("/api/v1/session", { data: { login, password: program.password(login) } });
      if (!answer.ok()) throw new Error(`${login} can't sign in: ${answer.status()} ${await answer.text()}`);
    }
    const page = await context.newPage();
    watch(page, login);
    return page;
  }

  /** Until the page has all it asked for and has drawn it: nothing on its way, nothing marked as busy, nothing in motion, twice in a row. */
  async function settled(page) {
    const open = underway.get(page);
    for (let calm = 0; calm < 2; ) {
      const quiet = await page.evaluate(
        () =>
          new Promise((resolve) => {
            const busy = () =>
              document.querySelector("[aria-busy='true'], .skeleton, .bones, .ant-btn-loading") !== null ||
              document.getAnimations().some((a) => a.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
            // While the next page's code is on its way, the old one still stands in the document, hidden.
            const shown = () => [...document.querySelectorAll("h1")].some((h) => h.checkVisibility());
            requestAnimationFrame(() => requestAnimationFrame(() => resolve(!busy() && shown())));
          }),
      );
      calm = quiet && open.size === 0 ? calm + 1 : 0;
    }
  }

  return {
    program,
    enter,
    faults,
    /** A refusal that the story provokes, or that belongs to the way of things. */
    allow: (status, path) => allowed.push({ status, path }),
    /** Whoever came in by the form keeps that page. */
    adopt: (login, page) => people.set(login, page),
    /** The one page of a person who comes back again and again. */
    async as(login) {
      if (!people.has(login)) people.set(login, await enter(login));
      return people.get(login);
    },
    settled,
    /** Opens a page; from within the portal, once it is loaded, as a link would. */
    async open(page, address) {
      if (page.url().startsWith(program.url))
        await page.evaluate((to) => {
          history.pushState(null, "", to);
          dispatchEvent(new PopStateEvent("popstate"));
        }, address);
      else await page.goto(address);
      await settled(page);
    },
    /** What everybody sees now, for whoever has to find out why a test failed. */
    async snapshot(name) {
      const folder = join(tmpdir(), "sealgate-e2e-failed");
      mkdirSync(folder, { recursive: true });
      for (const context of browser.contexts())
        for (const page of context.pages())
          await page.screenshot({ path: join(folder, `${name}-${new URL(page.url()).pathname.replace(/\W+/g, "_")}.png`) });
      return folder;
    },
    async close() {
      await browser.close();
      const code = await program.stop();
      const verified = await program.verify();
      await program.remove();
      return { code, verified };
    },
  };
}
