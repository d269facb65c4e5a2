import assert from "node:assert/strict";
import { get } from "./ask.mjs";
import { button, field } from "./fields.mjs";
import { suite } from "./suite.mjs";

/** The trial of a contract's form (试算): what sales sees before there is a contract. */
suite("trial", "a trial year", ({ stage, check, look }) => {
  async function form(page) {
    await stage.open(page, "/customers");
    const { items } = await get(page, "/customers");
    const { id } = items.find((c) => c.name.includes("岷江"));
    await stage.open(page, `/contracts/new?customer=${id}`);
    const choices = await get(page, "/contract-templates");
    const pack = choices.items.find((x) => x.id === "package");
    await stage.open(page, `/contracts/new?customer=${id}&template=${pack.id}/${pack.version}`);
  }

  check("plays the form through as it stands", async () => {
    const page = await stage.enter("sales");
    await form(page);
    await field(page, "月租费").fill("2000.00");
    await field(page, "每月包含条数").fill("50000");
    await field(page, "超出单价").fill("0.05");
    await button(page, /试算/).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("table").waitFor();
    await stage.settled(page);
    assert.equal(await dialog.getByRole("table").locator("tbody tr").count(), 12);
    assert.match(await dialog.getByRole("table").innerText(), /2,000\.00/);
    await look(page, "contract-trial");
  });

  check("shows late fees and the suspension of who pays late, and the lines of a month", async () => {
    const page = await stage.enter("sales", { lang: "en", dark: true });
    await form(page);
    await field(page, "Monthly rent").fill("2000.00");
    await field(page, "Included messages").fill("50000");
    await field(page, "Overage price").fill("0.05");
    await button(page, /Try it out/).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("table").waitFor();
    await field(dialog, "Messages delivered a month").fill("60000");
    await dialog.getByText("some days late").click();
    await field(dialog, "Days late").fill("45");
    await button(dialog, "Run").click();
    await dialog.getByText("2,500.00").first().waitFor();
    await stage.settled(page);
    await dialog
      .getByRole("button", { name: /^Lines of/ })
      .first()
      .click();
    assert.match(await dialog.getByRole("table").innerText(), /超量短信费|10000/);
    assert.match(await dialog.getByRole("list", { name: "States of the contract" }).innerText(), /Suspended/i);
    await look(page, "contract-trial-late");
  });

  check("plays a contract through that is there", async () => {
    const page = await stage.enter("finance");
    await stage.open(page, "/contracts");
    const { items } = await get(page, "/contracts");
    await stage.open(page, `/contracts/${items.find((c) => c.state === "active" && c.kind === "package").id}?tab=trial`);
    const panel = page.getByRole("tabpanel");
    await panel.getByRole("table").waitFor();
    await panel.getByText("一直不付").click();
    await button(panel, /试算/).click();
    await panel.getByText("欠费").waitFor();
    await look(page, "contract-trial-tab");
  });
});
