import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { violations } from "./axe.mjs";
import { root } from "./program.mjs";
import { openStage } from "./stage.mjs";

const pictures = process.env.SCREENSHOTS === "1" ? join(root, "docs/images") : null;

/** The first record of a list that fits, as this person sees it. */
async function first(page, list, fits = () => true) {
  const answer = await page.request.get(`/api/v1/${list}`);
  assert.equal(answer.status(), 200, `GET /${list}`);
  const { items } = await answer.json();
  const found = items.find(fits);
  assert.ok(found, `the demo has no such record in /${list}`);
  return found.id ?? found.batch_id;
}
const inState = (state) => (record) => record.state === state;

/**
 * Every page, by who works on it. A path may be found from the demo's records; `picture` names its screenshot, `also` says in which
 * other looks to take it.
 */
const pages = [
  { who: "sales", path: "/", picture: "home-sales", also: ["dark", "en"] },
  { who: "sales", path: "/customers", picture: "customers" },
  { who: "sales", path: "/customers/new", picture: "customer-new" },
  { who: "sales", path: (p) => first(p, "customers", (c) => c.name.includes("云帆")).then((id) => `/customers/${id}`), picture: "customer" },
  { who: "sales", path: (p) => first(p, "customers").then((id) => `/customers/${id}?tab=signatures`) },
  { who: "sales", path: (p) => first(p, "customers", (c) => c.name.includes("云帆")).then((id) => `/customers/${id}?tab=contracts`) },
  { who: "sales", path: (p) => first(p, "customers", (c) => c.name.includes("云帆")).then((id) => `/customers/${id}?tab=bills`) },
  { who: "sales", path: (p) => first(p, "customers").then((id) => `/customers/${id}/edit`) },
  { who: "sales", path: "/contracts", picture: "contracts" },
  {
    who: "sales",
    path: (p) => first(p, "customers", (c) => c.name.includes("岷江")).then((id) => `/contracts/new?customer=${id}`),
    picture: "contract-new",
  },
  { who: "sales", path: (p) => first(p, "contracts", inState("active")).then((id) => `/contracts/${id}`), picture: "contract", also: ["dark", "en"] },
  { who: "sales", path: (p) => first(p, "contracts", inState("active")).then((id) => `/contracts/${id}?tab=document`), picture: "contract-document" },
  { who: "sales", path: (p) => first(p, "contracts", inState("active")).then((id) => `/contracts/${id}?tab=bills`) },
  { who: "sales", path: (p) => first(p, "contracts", inState("active")).then((id) => `/contracts/${id}?tab=batches`) },
  { who: "sales", path: (p) => first(p, "contracts", inState("suspended")).then((id) => `/contracts/${id}`), picture: "contract-suspended" },
  { who: "sales", path: "/batches", picture: "batches" },
  { who: "sales", path: "/batches/new", picture: "batch-new" },
  { who: "sales", path: (p) => first(p, "batches", inState("done")).then((id) => `/batches/${id}`), picture: "batch" },
  { who: "sales", path: (p) => first(p, "batches", inState("review")).then((id) => `/batches/${id}?tab=groups`), picture: "batch-groups" },
  { who: "sales", path: (p) => first(p, "batches", inState("review")).then((id) => `/batches/${id}?tab=errors`) },
  { who: "compliance", path: "/", picture: "home-compliance" },
  { who: "compliance", path: "/licences", picture: "licences" },
  { who: "compliance", path: "/signatures", picture: "signatures" },
  { who: "compliance", path: "/review" },
  { who: "compliance", path: (p) => first(p, "review/batches").then((id) => `/review?batch=${id}`), picture: "review", also: ["dark", "en"] },
  { who: "finance", path: "/", picture: "home-finance" },
  { who: "finance", path: "/bills", picture: "bills", also: ["en"] },
  { who: "finance", path: (p) => first(p, "bills", inState("overdue")).then((id) => `/bills/${id}`), picture: "bill", also: ["dark"] },
  { who: "finance", path: (p) => first(p, "bills", inState("paid")).then((id) => `/bills/${id}`), picture: "bill-paid" },
  { who: "finance", path: "/bill-run", picture: "bill-run" },
  { who: "finance", path: "/payments", picture: "payments" },
  {
    who: "finance",
    path: (p) => first(p, "customers", (c) => c.name.includes("星河")).then((id) => `/payments/new?customer=${id}`),
    picture: "payment-new",
  },
  { who: "finance", path: "/ledger", picture: "ledger" },
  { who: "finance", path: "/ledger?tab=entries", picture: "ledger-entries" },
  { who: "secadmin", path: "/users", picture: "users" },
  { who: "sysadmin", path: "/users" },
  { who: "auditor", path: "/audit", picture: "audit" },
  { who: "auditor", path: "/clock", picture: "clock" },
  { who: "customer", path: "/", picture: "home-customer" },
];

describe("every page", { concurrency: false }, () => {
  let stage;
  before(async () => {
    stage = await openStage();
    if (pictures) mkdirSync(pictures, { recursive: true });
  });
  after(async () => {
    if (!stage) return;
    const { code, verified } = await stage.close();
    assert.equal(code, 0, "the program stops in good order");
    assert.equal(verified.code, 0, verified.report);
  });

  const shoot = async (page, name) => {
    if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`), animations: "disabled", caret: "hide" });
  };

  /** The page in both themes before axe, and in English for words that were forgotten. */
  async function judge(page, name, also = []) {
    const found = [];
    const see = async (look) => {
      for (const v of await violations(page)) found.push(`${look}: ${v}`);
    };
    if (name) await shoot(page, name);
    await see("light");
    await page.getByRole("button", { name: "切换深浅色" }).click();
    await stage.settled(page);
    await see("dark");
    if (name && also.includes("dark")) await shoot(page, `${name}-dark`);
    await page.getByRole("button", { name: "切换深浅色" }).click();
    await page.getByRole("button", { name: "切换到英文" }).click();
    await page.mouse.move(0, 0);
    await stage.settled(page);
    const texts = await page.evaluate(() => {
      const own = ["nav", ".table thead", "h1", "h2", ".ant-tabs-tab", "label", ".form-foot", ".state"];
      return own.flatMap((q) => [...document.querySelectorAll(q)].map((e) => e.innerText));
    });
    if (name && also.includes("en")) await shoot(page, `${name}-en`);
    await page.getByRole("button", { name: "Switch to Chinese" }).click();
    return { found, texts };
  }

  it("asks whoever is not signed in to sign in, readable in both themes", async () => {
    stage.allow(401, "/api/v1/session");
    for (const dark of [false, true]) {
      const page = await stage.enter("nobody", { dark, signedIn: false });
      await page.goto("/contracts");
      await page.getByRole("heading", { name: "登录" }).waitFor();
      if (!dark) await shoot(page, "signin");
      assert.deepEqual(await violations(page), []);
      await page.context().close();
    }
  });

  for (const { who, path, picture, also } of pages) {
    const shown = typeof path === "string" ? path : /\/[a-z-]+\/[^`]*/.exec(String(path).split("=> `")[1])[0];
    it(`is sound for ${who} at ${shown}`, async () => {
      const page = await stage.as(who);
      await page.goto(typeof path === "string" ? path : await path(page));
      await stage.settled(page);
      const { found, texts } = await judge(page, picture, also);
      assert.deepEqual(found, [], "axe, WCAG 2.2 AA");
      const raw = texts.filter((text) => /\b(nav|ui|app|state|home|bill|batch|contract|review)\.[a-z]+(\.[a-z_]+)*\b/.test(text));
      assert.deepEqual(raw, [], "keys instead of words");
    });
  }

  it("raised no fault in any browser", () => assert.deepEqual(stage.faults, []));
  it("left no error in the program's log", () => assert.deepEqual(stage.program.complaints(), []));
});
