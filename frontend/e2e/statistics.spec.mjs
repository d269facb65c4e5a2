import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { dialog } from "./fields.mjs";
import { suite } from "./suite.mjs";

const figure = async (page, name) =>
  Number((await page.locator(".figures > div", { hasText: name }).locator("dd").first().innerText()).replaceAll(",", ""));
const cells = (row) => row.locator("td").allInnerTexts();

suite("statistics", "what was sent and how well, for our people and for customers", ({ stage, prepare, step, look }) => {
  let lead;
  let own;
  let from;
  prepare(async () => {
    lead = await stage.as("saleslead");
    own = await stage.as("customer");
    const { items } = await (await lead.request.get("/api/v1/quality-reports?limit=50")).json();
    from = `${items.at(-1).period}-01`;
  });

  step("shows the same figures in cards, chart and table", async () => {
    await stage.open(lead, `/statistics?from=${from}&by=month`);
    await lead.getByRole("img", { name: "送达、失败与未知" }).waitFor();
    const total = (await cells(lead.locator("tfoot tr"))).slice(1).map((x) => Number(x.replace(/[,%]/g, "")));
    assert.equal(await figure(lead, "提交"), total[0]);
    assert.equal(await figure(lead, "送达率"), total[4]);
    const [failed, unknown] = [total[5], total[6]];
    assert.equal(total.at(-1), Math.floor((total[4] * 10_000) / (total[4] + failed + unknown)) / 100);
    await look(lead, "statistics-months");
  });

  step("leads from a customer to its days and from a day to its batches", async () => {
    await stage.open(lead, `/statistics?from=${from}&by=customer`);
    await lead.getByRole("img", { name: "客户" }).waitFor();
    await look(lead, "statistics-customers");
    await lead.getByRole("row").getByRole("button", { name: "成都云帆电子商务有限公司" }).click();
    await lead.locator("tbody tr").getByRole("button").first().click();
    await lead
      .getByRole("link", { name: /^B\d{8}-\d{4}/ })
      .first()
      .waitFor();
  });

  step("shows causes without what was delivered, as parts of all", async () => {
    await stage.open(own, `/statistics?from=${from}&by=code`);
    await own.getByRole("img", { name: "失败与未知的原因" }).waitFor();
    assert.deepEqual(await own.locator("thead th").allInnerTexts(), ["结果码", "送达", "失败", "未知", "占全部结果"]);
    assert.equal((await cells(own.locator("tfoot tr"))).at(-1), "100.00%");
    assert.equal(await own.getByText("客户", { exact: true }).count(), 1, "a customer is offered other customers");
    await look(own, "statistics-causes");
  });

  step("exports what is shown, for a purpose", async () => {
    await stage.open(own, `/statistics?from=${from}&by=month`);
    await own.getByRole("button", { name: "导出" }).first().click();
    await dialog(own).getByLabel("用途").fill("月度汇报");
    const [file] = await Promise.all([
      own.waitForEvent("download"),
      dialog(own)
        .getByRole("button", { name: /导 ?出/ })
        .click(),
    ]);
    assert.match(file.suggestedFilename(), /\.xlsx$/);
    const head = await readFile(await file.path());
    assert.equal(head.subarray(0, 2).toString(), "PK");
  });

  step("says why there is nothing where nothing was sent", async () => {
    const other = await stage.as("customer2");
    await stage.open(other, "/statistics");
    await other.getByText("这段时间没有发送。").waitFor();
    await stage.open(other, "/quality-reports");
    await look(other, "quality-reports-empty");
  });

  step("shows a month's quality on its page and as a PDF", async () => {
    await stage.open(own, "/quality-reports");
    await own
      .getByRole("link", { name: /^Q-\d{6}-/ })
      .first()
      .click();
    await own.getByText("分运营商").waitFor();
    await look(own, "quality-report");
    const [, id] = /quality-reports\/(\w+)/.exec(own.url());
    const paper = await own.request.get(`/api/v1/quality-reports/${id}/document`);
    assert.equal(paper.headers()["content-type"], "application/pdf");
  });
});
