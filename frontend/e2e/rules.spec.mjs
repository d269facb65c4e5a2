import assert from "node:assert/strict";
import { get, post, until } from "./ask.mjs";
import { violations } from "./axe.mjs";
import { suite } from "./suite.mjs";

suite("rules", "the rule desk", ({ stage, prepare, step, look }) => {
  let page; // the lead who writes
  let published;
  prepare(async () => {
    page = await stage.as("compliancelead");
  });

  step("lists the rules with what they hit", async () => {
    await stage.open(page, "/rules");
    published = (await get(page, "/rule-desk")).published;
    await page.getByRole("table", { name: "规则" }).getByRole("row").nth(5).waitFor();
    await look(page, "rules", { dark: true });
    await page.getByLabel("编号、名称、说明").fill("loan");
    await page.waitForFunction(() => document.querySelectorAll(".rules-name").length < 40);
  });

  step("shows an error where it is, with its cure, while one writes", async () => {
    await stage.open(page, "/rules/new");
    const form = page.getByRole("region", { name: "表单" });
    await form.getByLabel("编号").fill("ad.pickup_hours");
    await page.locator(".cm-content").filter({ hasText: "id: ad.pickup_hours" }).waitFor();
    await form.getByLabel("中文名称").fill("到店自提通知里带营业时间");
    await form.getByLabel(/^条件/).fill("lure && phones_count > 0");
    await page.getByRole("region", { name: "检查结果" }).getByText("是不是要写 phone_count").waitFor();
    await page.locator(".cm-lintRange-error").filter({ hasText: "phones_count" }).waitFor();
    await look(page, "rule-error");
    await page.getByRole("button", { name: /第 11 行/ }).click();
    await page.locator(".cm-editor.cm-focused").waitFor();
  });

  step("completes facts and names as one types in the text", async () => {
    await page.locator(".cm-line").filter({ hasText: "condition:" }).click();
    await page.keyboard.press("End");
    await page.keyboard.type(" && unfi");
    await page.locator(".cm-tooltip-autocomplete li").filter({ hasText: "unfiled_phones" }).waitFor();
    await page.keyboard.press("Escape");
  });

  step("is mended, tried and kept", async () => {
    const form = page.getByRole("region", { name: "表单" });
    const words = form.getByRole("region", { name: "词组 lure" });
    await words.getByLabel(/^词（/).fill("到店自提");
    await form.getByRole("button", { name: "加一组词" }).click();
    await form.getByRole("region", { name: "词组 words" }).getByLabel(/^词（/).fill("营业时间 上班时间");
    await form.getByRole("button", { name: "去掉 phone" }).click();
    await form.getByLabel(/^条件/).fill("lure && words");
    await form.getByLabel("状态").click();
    await page.locator(".ant-select-item-option").filter({ hasText: "生效" }).click();
    await form.getByLabel(/^应命中/).fill("您的商品已到货，请到店自提，营业时间9:00至20:00。");
    await form.getByLabel(/^不应命中/).fill("您的订单已发货。");
    await page
      .getByRole("region", { name: "检查结果" })
      .getByText(/没有问题|个提示/)
      .waitFor();
    await page.locator(".cm-content").filter({ hasText: "[营业时间, 上班时间]" }).waitFor();

    const bench = page.getByRole("region", { name: "试一试" });
    await bench.getByLabel("粘贴一条短信").fill("【云帆商城】商品已到货，请到*店*自*提，营业时间9:00至20:00。");
    await bench.getByText("两者", { exact: true }).click();
    await bench.getByText("这条规则会命中").waitFor();
    await bench.getByText("插入符号").first().waitFor();
    await look(page, "rule-bench", { dark: true });
    await page.getByRole("button", { name: /保存到草稿/ }).click();
    await page.getByText("草稿改动 1 处").waitFor();
    await page.waitForURL(/\/rules\/rule/);
    await look(page, "rule");
  });

  step("says what the draft would have done to the past", async () => {
    await stage.open(page, "/rules?tab=backtests");
    await page.getByRole("button", { name: "开始回测" }).click();
    await page.getByRole("table", { name: "结论变化" }).waitFor();
    await page.locator(".state").filter({ hasText: "完成" }).waitFor();
    await page
      .getByRole("row", { name: /通过\s+待审/ })
      .getByRole("button")
      .first()
      .click();
    await page.getByText("短信样例").first().waitFor();
    await page.locator(".test-messages .hit").first().waitFor();
    await look(page, "backtest", { dark: true });
  });

  step("is submitted, and another lead approves it after a look at the changes", async () => {
    await stage.open(page, "/rules?tab=versions");
    await page
      .getByText("+ 到店自提")
      .or(page.locator("ins", { hasText: "到店自提" }))
      .first()
      .waitFor();
    await page.getByRole("button", { name: "提交审批" }).click();
    await page.getByLabel(/为什么要改/).fill("客户投诉到店通知过多，先人工看几天");
    await page.getByRole("dialog").getByRole("button", { name: "提交审批" }).click();
    await page.getByText("您参与了这份草稿，不能自己批准。").waitFor();
    assert.equal(await page.getByRole("button", { name: "批准并发布" }).count(), 0);

    const other = await stage.as("compliancelead2");
    await stage.open(other, "/rules?tab=versions");
    await other.locator("ins", { hasText: "到店自提" }).first().waitFor();
    await look(other, "rule-diff");
    await other.getByRole("button", { name: "批准并发布" }).click();
    await other.getByRole("dialog").getByRole("button", { name: "批准并发布" }).click();
    await other.getByText("没有草稿。修改任意一条规则即开始。").waitFor();
    assert.notEqual((await get(other, "/rule-desk")).published, published);
  });

  let batch;
  step("judges the next batch by the new version", async () => {
    const sales = await stage.as("sales");
    const contract = (await get(sales, "/contracts?limit=100")).items.find((c) => c.state === "active" && c.kind === "package");
    const signature = (await get(sales, `/customers/${contract.customer_id}/registrations?kind=signature`)).items.find(
      (s) => s.state === "approved",
    );
    const made = await post(sales, "/batches", {
      contract_id: contract.id,
      signature_id: signature.id,
      category: "notice",
      mode: "list_one_text",
      text: `【${signature.text.replace(/[【】]/g, "")}】您的商品已到货，请到店自提，营业时间9:00至20:00。`,
    });
    batch = made.id;
    const sent = await sales.request.put(`/api/v1/batches/${batch}/file?name=a.csv`, {
      headers: { "Sec-Fetch-Site": "same-origin", "Content-Type": "application/octet-stream" },
      data: Buffer.from("手机号\n13800010001\n13900010022\n18600010343\n"),
    });
    assert.ok(sent.ok(), await sent.text());
    const judged = await until(sales, "the batch is judged", async () => {
      const now = await get(sales, `/batches/${batch}`);
      return ["receiving", "screening"].includes(now.state) ? null : now;
    });
    assert.equal(judged.rule_set, (await get(page, "/rule-desk")).published);
    assert.equal(judged.verdicts.hold, 3, JSON.stringify(judged.verdicts));
  });

  step("takes a reviewer's report of a false alarm into the next draft", async () => {
    const reviewer = await stage.as("compliance");
    await stage.open(reviewer, `/review?batch=${batch}`);
    await reviewer.getByRole("button", { name: "报误报" }).click();
    await reviewer.getByRole("dialog").getByRole("combobox").click();
    await reviewer
      .locator(".ant-select-item-option")
      .filter({ hasText: /^营业时间/ })
      .click();
    await reviewer.getByLabel(/^语境/).fill("营业时间9:00至20:00");
    await look(reviewer, "false-alarm");
    await reviewer.getByRole("dialog").getByRole("button", { name: "上报" }).click();
    await reviewer.getByRole("dialog").waitFor({ state: "detached" });

    await stage.open(page, "/rules?tab=alarms");
    await page.getByRole("button", { name: "采纳", exact: true }).waitFor();
    await look(page, "false-alarms");
    await page.getByRole("button", { name: "采纳", exact: true }).click();
    stage.allow(422, "/api/v1/rule-exceptions");
    await page.getByRole("dialog").getByRole("button", { name: "采纳", exact: true }).click();
    // The rule's own example says just that: refused, with the place.
    await page.getByRole("dialog").getByText("例子应命中而没有命中").waitFor();
    await page.getByRole("dialog").getByLabel("语境").fill("店自提，营业时间");
    await page.getByRole("dialog").getByRole("button", { name: "取消" }).click();
    await page.getByRole("button", { name: "不采纳" }).click();
    await page.getByRole("dialog").getByRole("textbox").fill("这正是要看的写法");
    await page.getByRole("dialog").getByRole("button", { name: "不采纳" }).click();
    await page.getByText("没有误报。").waitFor();
  });

  step("previews a word list before anything is changed", async () => {
    await stage.open(page, "/rules/words");
    await page.getByLabel(/^粘贴/).fill("到店自提\t通知\n刷单返利\t诈骗\n跑分平台\t诈骗\n刷单返利\n");
    await page.getByLabel("放进词库").fill("desk.words");
    await page.getByRole("button", { name: "预览" }).click();
    await page.getByText("1 个词太常见，默认不选").waitFor();
    await look(page, "word-import");
    await page.getByRole("button", { name: "加入 2 个词" }).click();
    await page.waitForURL(/\/rules\/bank/);
    await page.locator(".cm-content").filter({ hasText: "刷单返利 跑分平台" }).waitFor();
  });

  step("runs a draft in the shadow and gives it up", async () => {
    await page.getByRole("button", { name: "试运行", exact: true }).click();
    await page.getByLabel("想看什么").fill("词库先跑一天");
    await page.getByRole("dialog").getByRole("button", { name: "试运行" }).click();
    await page.getByRole("link", { name: /试运行中/ }).waitFor();
    await stage.open(page, "/rules?tab=shadow");
    await page.getByText("还没有新批次").waitFor();
    await look(page, "shadow");
    await page.getByRole("button", { name: "结束试运行" }).click();
    await page.getByRole("button", { name: "放弃草稿" }).click();
    await page.getByLabel("为什么放弃").fill("先不加");
    await page.getByRole("dialog").getByRole("button", { name: "放弃草稿" }).click();
    await page.getByText("没有草稿。修改任意一条规则即开始。").waitFor();
  });

  step("rolls back in one step, with a reason", async () => {
    await stage.open(page, "/rules?tab=versions");
    await page
      .getByRole("row", { name: new RegExp(published.replaceAll(".", "\\.")) })
      .getByRole("button", { name: "回滚到此版本" })
      .click();
    await page.getByLabel(/为什么回滚/).fill("误伤到店通知");
    await page.getByRole("dialog").getByRole("button", { name: "回滚到此版本" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByText("误伤到店通知").waitFor();
    assert.equal((await get(page, "/rule-desk")).published, published);
    await page.getByRole("button", { name: "回滚到此版本" }).first().hover();
    assert.deepEqual(await violations(page, "colours"), [], "under the pointer");
    await look(page, "rule-versions");
  });

  step("lets a reviewer read and try rules, not change them", async () => {
    const reviewer = await stage.as("compliance");
    await stage.open(reviewer, "/rules");
    await reviewer.locator(".rules-name a").first().click();
    await reviewer.getByText("您的角色只能查看和试用规则。").waitFor();
    assert.equal(await reviewer.getByRole("button", { name: /保存到草稿/ }).count(), 0);
    await reviewer.getByLabel("粘贴一条短信").fill("代开发票，电话13800138000");
    await reviewer.locator(".bench-verdict").waitFor();
    await look(reviewer, "rule-reader");
  });

  step("left nothing wrong on any page nor in the log", () => {
    assert.deepEqual(stage.faults, []);
    assert.deepEqual(stage.program.complaints(), []);
  });
});
