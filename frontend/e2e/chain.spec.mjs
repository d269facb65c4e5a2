import assert from "node:assert/strict";
import { businessDay, get, plus, post } from "./ask.mjs";
import { button, field, fill, fillDate, pdf, state } from "./fields.mjs";
import { suite } from "./suite.mjs";

suite("chain", "registrations with the carriers, and a licence that ends", ({ stage, step, look }) => {
  let customer;
  let link;

  step("sales sees the customer's chain as a picture: what each carrier says to each link", async () => {
    const page = await stage.as("sales");
    customer = (await get(page, "/customers?q=云帆")).items[0];
    await stage.open(page, `/customers/${customer.id}?tab=chain`);
    const chain = page.getByRole("table", { name: "报备链：各环 × 运营商" });
    await chain
      .getByRole("row", { name: /【云帆商城】/ })
      .getByText("已通过")
      .first()
      .waitFor();
    const refused = chain.getByRole("row", { name: /www\.yunfan\.com/ });
    await refused.getByText("被驳回").waitFor();
    await look(page, "chain");
    await refused.getByRole("link").click();
    await page.getByRole("heading", { level: 1, name: "www.yunfan.com" }).waitFor();
    link = new URL(page.url()).pathname;
  });

  step("compliance files the refused link a second time, and enters the carrier's answer", async () => {
    const page = await stage.as("compliance");
    await stage.open(page, link);
    await page.locator("iframe.scan-paper").waitFor();
    await look(page, "registration");
    await button(page, "再次报备").click();
    const dialog = page.getByRole("dialog").filter({ visible: true });
    await fill(dialog, { 补正了什么: "补充域名授权书" });
    await button(dialog, "再次报备").click();
    await dialog.waitFor({ state: "hidden" });
    await stage.open(page, "/filings");
    const desk = page.getByRole("region", { name: "中国电信" });
    await look(page, "filings");
    await button(desk, "制表报出").click();
    await desk.getByText("待答复 1").waitFor();
    const filing = (await get(page, "/filings?state=submitted&carrier=ctcc")).items[0];
    assert.equal(filing.attempt, 2);
    const answers = {
      name: "回执.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(`流水号,审核结果,原因\n${filing.number},通过,\n`),
    };
    await button(desk, "导入回执").click();
    const importing = page.getByRole("dialog").filter({ visible: true });
    await importing.getByLabel("选择 XLSX 或 CSV 文件").setInputFiles(answers);
    await importing.getByText("将录入 1 条").waitFor();
    await importing.locator(".ant-modal-footer .ant-btn-primary").click();
    await importing.waitFor({ state: "hidden" });
    await desk.getByText("待答复 0").waitFor();
  });

  step("a licence lapses at midnight: sending stops, and the new one resumes it", async () => {
    const sales = await stage.as("sales");
    const compliance = await stage.as("compliance");
    const contract = (await get(sales, `/contracts?state=active&customer_id=${customer.id}`)).items[0];
    const today = await businessDay(sales);
    const later = (n) => plus(today, n);

    // The customer's business licence is replaced by one that ends in two days.
    const old = (await get(sales, `/customers/${customer.id}/licences`)).items.find((l) => l.kind === "business");
    await add(sales, "510107000001", "2021-03-01", later(2));
    await verify(compliance, "510107000001");
    await post(compliance, `/licences/${old.id}/revoke`, { reason: "换发" });
    await stage.open(sales, `/contracts/${contract.id}`);
    await state(sales, "生效");

    // Its last day passes: from 00:00 nothing is sent.
    await post(sales, "/sandbox/clock", { to: `${later(3)}T00:01:00+08:00` });
    await sales.goto(`/contracts/${contract.id}`);
    await state(sales, "已停机");
    const may = await get(sales, `/contracts/${contract.id}`);
    assert.equal(may.state, "suspended");

    // The new one is uploaded and verified: service goes on.
    await add(sales, "510107000002", later(0), later(900));
    await verify(compliance, "510107000002");
    await sales.goto(`/contracts/${contract.id}`);
    await state(sales, "生效");
  });

  async function add(page, number, from, to) {
    await stage.open(page, `/customers/${customer.id}?tab=licences`);
    await button(page, "上传资质").click();
    const dialog = page.getByRole("dialog", { name: "上传资质" });
    await fill(dialog, { 证号: number, 发证机关: "成都市市场监督管理局" });
    await fillDate(dialog, "生效日", from);
    await fillDate(dialog, "到期日 (选填)", to);
    await field(dialog, "扫描件").setInputFiles(pdf("营业执照.pdf"));
    await dialog.getByText("营业执照.pdf").waitFor();
    await button(dialog, "提交").click();
    await dialog.waitFor({ state: "hidden" });
  }

  async function verify(page, number) {
    await page.goto("/licences?state=submitted"); // anew: the clock may have moved
    const row = page.locator(".table tbody tr", { hasText: number });
    await button(row, "核验通过").click();
    await row.waitFor({ state: "detached" });
  }
});
