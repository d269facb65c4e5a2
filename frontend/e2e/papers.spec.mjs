import { businessDay, get } from "./ask.mjs";
import { suite } from "./suite.mjs";

suite("papers", "templates, clauses and working days", ({ stage, check }) => {
  check("a version tells why it was made and what it changed, and a person approves it", async () => {
    const lead = await stage.enter("saleslead");
    await lead.goto("/library");
    await lead.getByRole("tab", { name: "条款库" }).click();
    const row = lead.getByRole("row", { name: /责任限制/ }).first();
    await row.getByRole("button", { name: "与第 1 版比较" }).click();
    await lead.locator(".diff .added").getByText("不适用本款限额").waitFor();
    await lead
      .getByRole("button", { name: "Close" })
      .or(lead.getByRole("button", { name: "关闭" }))
      .first()
      .click();
    await lead.locator(".diff").waitFor({ state: "detached" });
    await row.getByRole("button", { name: "批准" }).click();
    const dialog = lead.getByRole("dialog");
    await dialog.getByLabel("说明").fill("与法务核对无误");
    await dialog.getByRole("button", { name: "批准" }).click();
    await row.getByText("与法务核对无误").waitFor();
    await stage.settled(lead);
  });

  check("the working days of a year are the State Council's; one that was not announced yet is told to be unknown", async () => {
    const lead = await stage.enter("saleslead");
    await lead.goto("/calendar");
    const year = Number((await businessDay(lead)).slice(0, 4));
    for (const y of [year - 1, year, year + 1]) {
      const { announced: known, days } = await get(lead, `/calendar/${y}`);
      await lead.getByText(`${y} 年`).click();
      await lead.getByText(known ? "已收录国务院办公厅公布的安排" : "安排尚未收录").waitFor();
      const worked = days?.find((d) => d.worked);
      if (worked) await lead.getByRole("row", { name: new RegExp(`${worked.day}.*上班`) }).waitFor();
    }
    await stage.settled(lead);
  });
});
