import assert from "node:assert/strict";
import { get } from "./ask.mjs";
import { violations } from "./axe.mjs";
import { printed } from "./stage.mjs";
import { suite } from "./suite.mjs";

const of = (state) => (record) => record.state === state;
const named =
  (part, field = "name") =>
  (record) =>
    record[field].includes(part);

/**
 * Every page, by who works on it; some after the button was pressed that they are for. `at` names the list and the record of the demo that the path's $id stands for; `picture` names
 * the screenshot, `also` the other looks in which one is taken.
 */
const pages = [
  { who: "sales", path: "/", picture: "home-sales", also: ["dark", "en"] },
  { who: "sales", path: "/customers", picture: "customers" },
  { who: "sales", path: "/customers/new", picture: "customer-new" },
  { who: "sales", path: "/customers/$id", at: ["customers", named("云帆")], picture: "customer" },
  { who: "sales", path: "/customers/$id?tab=chain", at: ["customers", named("岷江")] },
  { who: "sales", path: "/customers/$id?tab=contracts", at: ["customers", named("云帆")] },
  { who: "sales", path: "/customers/$id?tab=bills", at: ["customers", named("云帆")] },
  { who: "sales", path: "/customers/$id/edit", at: ["customers", named("云帆")] },
  { who: "sales", path: "/contracts", picture: "contracts" },
  { who: "sales", path: "/contracts/new?customer=$id", at: ["customers", named("岷江")], picture: "contract-new" },
  { who: "sales", path: "/contracts/$id", at: ["contracts", of("active")], picture: "contract", also: ["dark", "en"] },
  { who: "sales", path: "/contracts/$id?tab=document", at: ["contracts", of("active")], picture: "contract-document" },
  { who: "sales", path: "/contracts/$id?tab=bills", at: ["contracts", of("active")] },
  { who: "sales", path: "/contracts/$id?tab=batches", at: ["contracts", of("active")] },
  { who: "sales", path: "/contracts/$id", at: ["contracts", of("suspended")], picture: "contract-suspended" },
  { who: "sales", path: "/plans", picture: "plans", also: ["en"] },
  { who: "sales", path: "/batches", picture: "batches" },
  { who: "sales", path: "/batches/new", picture: "batch-new" },
  { who: "sales", path: "/batches/$id", at: ["batches", of("done")], picture: "batch" },
  { who: "sales", path: "/batches/$id?tab=groups", at: ["batches", of("review")], picture: "batch-groups" },
  { who: "sales", path: "/batches/$id?tab=errors", at: ["batches", of("review")] },
  { who: "compliance", path: "/", picture: "home-compliance" },
  { who: "compliance", path: "/licences", picture: "licences" },
  { who: "compliance", path: "/registrations", picture: "registrations" },
  { who: "compliance", path: "/filings", picture: "filings" },
  { who: "compliance", path: "/numbers" },
  { who: "compliance", path: "/review" },
  { who: "compliance", path: "/review?batch=$id", at: ["batches", of("review")], picture: "review", also: ["dark", "en"] },
  { who: "compliancelead", path: "/rules" },
  { who: "compliancelead", path: "/rules?tab=versions" },
  { who: "compliancelead", path: "/rules?tab=backtests" },
  { who: "compliancelead", path: "/rules?tab=shadow" },
  { who: "compliancelead", path: "/rules?tab=alarms" },
  { who: "compliancelead", path: "/rules/new" },
  { who: "compliancelead", path: "/rules/new?kind=bank" },
  { who: "compliancelead", path: "/rules/words" },
  { who: "compliancelead", path: "/rules/settings" },
  { who: "auditor", path: "/rules/rule%3Afraud.prize" },
  { who: "finance", path: "/", picture: "home-finance" },
  { who: "finance", path: "/bills", picture: "bills", also: ["en"] },
  { who: "finance", path: "/bills/$id", at: ["bills", of("overdue")], picture: "bill", also: ["dark"] },
  { who: "finance", path: "/bills/$id", at: ["bills", of("paid")], picture: "bill-paid" },
  { who: "finance", path: "/bill-run", press: "预览", picture: "bill-run" },
  { who: "finance", path: "/contracts/$id?tab=wallet", at: ["contracts", (c) => c.kind === "prepaid"], picture: "wallet" },
  { who: "finance", path: "/contracts/$id?tab=charges", at: ["contracts", named("云帆", "customer_name")], picture: "charges" },
  { who: "financelead", path: "/wallets", picture: "wallets" },
  { who: "finance", path: "/payables" },
  { who: "finance", path: "/payments", picture: "payments" },
  { who: "finance", path: "/bank-lines" },
  { who: "finance", path: "/bank-lines/import" },
  { who: "finance", path: "/refunds" },
  { who: "finance", path: "/dunning" },
  { who: "finance", path: "/dunning?tab=exceptions" },
  { who: "finance", path: "/dunning?tab=letters" },
  { who: "finance", path: "/collection" },
  { who: "finance", path: "/payments/new?customer=$id", at: ["customers", named("星河")], picture: "payment-new" },
  { who: "finance", path: "/ledger", picture: "ledger" },
  { who: "finance", path: "/ledger?tab=entries", picture: "ledger-entries" },
  { who: "finance", path: "/ledger?tab=account&account=receivable", picture: "ledger-account" },
  { who: "finance", path: "/reports", picture: "reports", also: ["dark", "en"] },
  { who: "finance", path: "/reports?tab=revenue&by=charge", picture: "report-revenue" },
  { who: "finance", path: "/reports?tab=dunning" },
  { who: "finance", path: "/mails" },
  { who: "secadmin", path: "/users", picture: "users" },
  { who: "sysadmin", path: "/users" },
  { who: "auditor", path: "/audit", press: "校验全链", picture: "audit" },
  { who: "auditor", path: "/clock", picture: "clock" },
  { who: "customer", path: "/", picture: "home-customer" },
];

/** The address of a page, with the first record of the list that fits, as this person sees it. */
async function address(page, path, at) {
  if (!at) return path;
  const [list, fits] = at;
  const record = (await get(page, `/${list}?limit=100`)).items.find(fits);
  assert.ok(record, `the demo has no such record in /${list}`);
  return path.replace("$id", record.id);
}

suite("pages", "every page", ({ stage, check, shoot }) => {
  /** A picture in which neither pointer nor focus is. */
  const portrait = async (page, name) => {
    await page.mouse.move(700, 25);
    await page.evaluate(() => document.activeElement?.blur());
    await stage.settled(page);
    if (await page.locator("iframe.pdf").count()) await printed(page);
    await shoot(page, name);
  };

  /** The page in both themes before axe, and in English for words that were forgotten. */
  async function judge(page, name, also = []) {
    const found = [];
    const see = async (look, only) => {
      for (const v of await violations(page, only)) found.push(`${look}: ${v}`);
    };
    if (name) await portrait(page, name);
    await see("light");
    await page.getByRole("button", { name: "切换深浅色" }).click();
    await stage.settled(page);
    await see("dark", "colours");
    if (name && also.includes("dark")) await portrait(page, `${name}-dark`);
    await page.getByRole("button", { name: "切换深浅色" }).click();
    await page.getByRole("button", { name: "切换到英文" }).click();
    await stage.settled(page);
    const texts = await page.evaluate(() => {
      const own = ["nav", ".table thead", "h1", "h2", ".ant-tabs-tab", "label", ".form-foot", ".state"];
      return own.flatMap((q) => [...document.querySelectorAll(q)].map((e) => e.innerText));
    });
    if (name && also.includes("en")) await portrait(page, `${name}-en`);
    await page.getByRole("button", { name: "Switch to Chinese" }).click();
    return { found, texts };
  }

  check("asks whoever is not signed in to sign in, readable in both themes", async () => {
    stage.allow(401, "/api/v1/session");
    for (const dark of [false, true]) {
      const page = await stage.enter("nobody", { dark, signedIn: false });
      await page.goto("/contracts");
      await page.getByRole("heading", { name: "登录" }).waitFor();
      if (!dark) await portrait(page, "signin");
      assert.deepEqual(await violations(page), []);
      await page.context().close();
    }
  });

  for (const { who, path, at, press, picture, also } of pages) {
    check(`is sound for ${who} at ${path}${picture ? ` (${picture})` : ""}`, async () => {
      const page = await stage.as(who);
      await stage.open(page, await address(page, path, at));
      if (press) {
        await page.getByRole("button", { name: press }).click();
        await stage.settled(page);
      }
      const { found, texts } = await judge(page, picture, also);
      assert.deepEqual(found, [], "axe, WCAG 2.2 AA");
      const raw = texts.filter((text) =>
        /\b(nav|ui|app|state|home|bill|batch|contract|review|rules)\.[a-z]+(\.[a-z_]+)*\b/.test(text),
      );
      assert.deepEqual(raw, [], "keys instead of words");
    });
  }

  check("left no error in the program's log", () => assert.deepEqual(stage.program.complaints(), []));
});
