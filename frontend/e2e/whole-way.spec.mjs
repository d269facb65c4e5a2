import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { get, post } from "./ask.mjs";
import {
  button,
  choose,
  complaint,
  creditCode,
  csv,
  day,
  field,
  figure,
  fill,
  fillDate,
  pdf,
  state,
  submitBatch,
} from "./fields.mjs";
import { root } from "./program.mjs";
import { printed } from "./stage.mjs";
import { suite } from "./suite.mjs";

const customer = "成都青禾生鲜配送有限公司";
const uscc = creditCode("91510107MA6QHCX88");

/** A sample of the shared data, which lies beside the project or above it; null where it is not present. */
function sample(name) {
  for (let folder = root; ; folder = dirname(folder)) {
    const path = join(folder, "shared/data/batches", name);
    if (existsSync(path)) return { name, mimeType: "text/csv", buffer: readFileSync(path) };
    if (folder === dirname(folder)) return null;
  }
}

/** The months and days of the story, counted from the business day on which it starts. */
function calendar(today) {
  const [year, month] = today.split("-").map(Number);
  return {
    today,
    start: day(year, month + 1, 1),
    end: day(year + 1, month + 1, 0),
    billMonth: day(year, month + 1, 1).slice(0, 7),
    billed: day(year, month + 2, 1),
    due: day(year, month + 2, 15),
    overdue: day(year, month + 2, 16),
    lastOfGrace: day(year, month + 2, 25),
    suspended: day(year, month + 2, 26),
  };
}

suite("whole-way", "the whole way, from a new customer to resumed service", ({ stage, prepare, step }) => {
  let dates;
  const at = {}; // addresses of what the story makes

  prepare(async () => {
    stage.allow(401, "/api/v1/session");
  });

  const path = (page) => new URL(page.url()).pathname;
  const row = (page, text) => page.locator(".table tbody tr", { hasText: text });
  const chained = (page, text) => page.locator(".chain tbody tr", { hasText: text });

  /** Opens a page anew until it shows what work in the background brings about. */
  async function comes(page, address, locator) {
    for (let tries = 0; ; tries++) {
      await page.goto(address);
      try {
        return await locator(page).waitFor({ timeout: 3_000 });
      } catch (error) {
        if (tries === 8) throw error;
      }
    }
  }

  /** Moves the sandbox's clock with the portal's control, which every page has. */
  async function clock(page, move) {
    await page.locator(".clock-button").click();
    const control = page.locator(".ant-popover:visible .clock");
    const moved = page.waitForResponse((r) => r.url().endsWith("/sandbox/clock") && r.request().method() === "POST", {
      timeout: 60_000,
    });
    if (move.to) {
      await fillDate(control, "到指定日期", move.to);
      await button(control, "快进").click();
    } else await button(control, move.by).click();
    assert.equal((await moved).status(), 200);
    await page.getByText("业务时间已到").first().waitFor();
    await page.keyboard.press("Escape");
    await control.waitFor({ state: "hidden" });
  }

  step("sales signs in with the password that was printed and finds a work bench", async () => {
    const page = await stage.enter("sales", { signedIn: false });
    stage.adopt("sales", page);
    await page.goto("/");
    await fill(page, { 账号: "sales", 密码: "certainly-wrong-1" });
    await button(page, "登录").click();
    await page.getByRole("alert").getByText("不正确").waitFor();
    await fill(page, { 密码: stage.program.password("sales") });
    await button(page, "登录").click();
    await page.getByRole("heading", { name: "张晓雯，现在有什么要处理" }).waitFor();
    const now = await page.locator(".clock-button .num", { hasText: /^\d/ }).innerText();
    dates = calendar(now.slice(0, 10));
  });

  step("sales registers a customer; a wrong credit code is told at its field and nothing is lost", async () => {
    const page = await stage.as("sales");
    await page.getByRole("navigation", { name: "主菜单" }).getByRole("link", { name: "客户", exact: true }).click();
    await button(page, "登记客户")
      .or(page.getByRole("link", { name: "登记客户" }))
      .first()
      .click();
    await fill(page, {
      客户名称: customer,
      统一社会信用代码: uscc.slice(0, 17) + (uscc[17] === "0" ? "1" : "0"),
      法定代表人: "沈禾",
      行业: "生鲜零售",
      地址: "成都市武侯区科华北路 58 号",
      开户行: "示范银行成都武侯支行",
      银行账号: "5101000000005808",
      姓名: "沈禾",
      电话: "13880005808",
      邮箱: "shen.he@example.com",
    });
    stage.allow(422, "/api/v1/customers");
    await button(page, "保存").click();
    const told = complaint(page, "统一社会信用代码");
    await told.waitFor();
    assert.match(await told.innerText(), /校验位/);
    assert.equal(await field(page, "客户名称").inputValue(), customer, "what was typed stays");
    await field(page, "统一社会信用代码").fill(uscc);
    await button(page, "保存").click();
    await page.getByRole("heading", { level: 1, name: customer }).waitFor();
    at.customer = path(page);
  });

  step("sales uploads the business licence, and a signature with its proof", async () => {
    const page = await stage.as("sales");
    await button(page, "上传资质").click();
    const licence = page.getByRole("dialog", { name: "上传资质" });
    await fill(licence, { 证号: uscc, 发证机关: "成都市市场监督管理局" });
    await fillDate(licence, "生效日", "2021-03-01");
    await field(licence, "扫描件").setInputFiles(pdf("营业执照.pdf"));
    await licence.getByText("营业执照.pdf").waitFor();
    await button(licence, "提交").click();
    await row(page, uscc).getByText("待核验").waitFor();

    await page.getByRole("tab", { name: "报备链" }).click();
    await button(page, "登记资质").click();
    const qualification = page.getByRole("dialog", { name: "登记资质" });
    await fill(qualification, {
      资质名称: "青禾资质",
      经办人姓名: "王小明",
      手机号: "13900139000",
      身份证号: "110101199003070038",
    });
    await fillDate(qualification, "授权起始", dates.today);
    await fillDate(qualification, "授权截止", `${Number(dates.today.slice(0, 4)) + 2}${dates.today.slice(4, 8)}01`);
    await field(qualification, "授权书").setInputFiles(pdf("授权书.pdf"));
    await qualification.getByText("授权书.pdf").waitFor();
    await button(qualification, "提交").click();
    await chained(page, "青禾资质").getByText("待审核").waitFor();

    await button(page, "登记签名").click();
    const signature = page.getByRole("dialog", { name: "登记签名" });
    await choose(signature, "依附于", "青禾资质");
    await fill(signature, { 签名: "青禾生鲜" });
    await field(signature, "证明").setInputFiles(pdf("商标注册证.pdf"));
    await signature.getByText("商标注册证.pdf").waitFor();
    await button(signature, "提交").click();
    await chained(page, "【青禾生鲜】").getByText("待审核").waitFor();
  });

  step("compliance finds both on the work bench and verifies them", async () => {
    const page = await stage.as("compliance");
    await page.goto("/");
    await page.getByRole("link", { name: /资质待核验/ }).click();
    await button(row(page, uscc), "核验通过").click();
    await row(page, uscc)
      .waitFor({ state: "detached" })
      .catch(() => row(page, uscc).getByText("已核验").waitFor());
    for (const what of ["青禾资质", "【青禾生鲜】"]) {
      await page.goto("/registrations");
      await page.getByRole("link", { name: what }).click();
      await button(page, "通过").waitFor();
      await page.keyboard.press("a");
      await state(page, "已通过");
    }
  });

  step("compliance puts them on the carriers' sheets, and the carriers accept", async () => {
    const page = await stage.as("compliance");
    await page.goto("/filings");
    for (const carrier of ["中国移动", "中国联通", "中国电信", "中国广电"]) {
      const desk = page.getByRole("region", { name: carrier });
      await button(desk, "制表报出").click();
      await desk.getByText("排队 0").waitFor();
    }
    const sheets = await get(page, "/filing-sheets?limit=50");
    for (const sheet of sheets.items.filter((s) => s.answered < s.count)) {
      await post(page, `/filing-sheets/${sheet.id}/answer`, { state: "accepted" });
    }
  });

  step("sales fills the blanks of the agreement and sees it as PDF before anything is saved", async () => {
    const page = await stage.as("sales");
    await page.goto(at.customer);
    await button(page, "新建合同").click();
    await choose(page, "合同模板", "企信通短信服务合同 · v3");
    await field(page, "合同起始日").waitFor();
    assert.equal(await field(page, "甲方名称").inputValue(), customer, "the customer's data is there already");
    await fillDate(page, "合同起始日", dates.start);
    await fillDate(page, "合同终止日", dates.end);
    await fill(page, {
      月租费: "100.00",
      每月包含条数: "1000",
      超出单价: "0.085",
      押金: "500.00",
      每日发送上限: "50000",
      付款期起始日: "5",
      付款期截止日: "15",
      宽限期: "10",
      滞纳金日费率: "0.003",
      签订地点: "成都市武侯区",
      法院或仲裁机构全称: "成都市武侯区人民法院",
    });
    await page.getByText("必填项已填齐").waitFor();
    const answer = page.waitForResponse((r) => r.url().includes("/preview"));
    await button(page, "预览 PDF").click();
    assert.equal((await answer).status(), 200);
    const preview = page.getByRole("dialog", { name: "合同预览" });
    await preview.locator("iframe[src^='blob:']").waitFor();
    await printed(page);
    await button(preview, "关闭").or(preview.locator(".ant-modal-close")).first().click();
    await preview.waitFor({ state: "hidden" });
    await button(page, "保存并提交审核").click();
    await page.waitForURL(/\/contracts\/(?!new)\w+$/);
    await state(page, "审核中");
    at.contract = path(page);
    at.number = await page.locator("h1").innerText();
  });

  step("compliance reads the contract and approves it", async () => {
    const page = await stage.as("compliance");
    await page.goto("/");
    await page.getByRole("link", { name: /合同待审核/ }).click();
    await page.getByRole("link", { name: at.number }).click();
    await page.getByRole("tab", { name: "合同文本" }).click();
    await printed(page);
    await button(page, "审核通过").click();
    await state(page, "待签署");
  });

  step("sales records both signatures with the scan, compliance confirms the seals", async () => {
    const sales = await stage.as("sales");
    await sales.goto(at.contract);
    await button(sales, "登记签署").click();
    const dialog = sales.getByRole("dialog", { name: "登记签署" });
    await fill(dialog, { "签署人 · 客户": "沈禾", "签署人 · 我方": "陈立群" });
    await field(dialog, "盖章原件扫描件").setInputFiles(pdf("合同签章页.pdf"));
    await dialog.getByText("合同签章页.pdf").waitFor();
    await button(dialog, "登记签署").click();
    await dialog.waitFor({ state: "hidden" });

    const compliance = await stage.as("compliance");
    await compliance.goto(at.contract);
    await button(compliance, "复核签章").click();
    const confirm = compliance.getByRole("dialog", { name: "复核签章" });
    await confirm.getByText("沈禾").waitFor();
    await button(confirm, "复核签章").click();
    await confirm.waitFor({ state: "hidden" });
    await state(compliance, "待签署"); // the deposit and the first day are still to come
  });

  step("finance takes the deposit", async () => {
    const page = await stage.as("finance");
    await page.goto(at.contract);
    await button(page, "登记押金").click();
    const dialog = page.getByRole("dialog", { name: "登记押金" });
    await fill(dialog, { 押金金额: "500.00", 凭证号: "YJ-E2E-1" });
    await dialog.getByText("登记收到押金 ¥500.00").waitFor();
    await button(dialog, "登记押金").click();
    await dialog.waitFor({ state: "hidden" });
    await page.locator(".figures div", { hasText: "押金" }).getByText("¥500.00").waitFor();
  });

  step("on its first day the contract becomes active by itself", async () => {
    const page = await stage.as("sales");
    await page.goto(at.contract);
    await clock(page, { by: "到下月 1 日" });
    await page.locator(".clock-button .num", { hasText: dates.start }).waitFor();
    await state(page, "生效");
  });

  step("sales uploads a batch; its bad rows come back in a file with line and reason", async () => {
    const page = await stage.as("sales");
    at.batch = await submitBatch(page, {
      contract: customer,
      text: "【青禾生鲜】{姓名}您好，您的订单已送出，请留意查收。",
      file: csv("到货通知.csv", 1200),
    });
    await page.getByRole("tab", { name: "问题行 (3)" }).click();
    await page.getByRole("table", { name: "问题行" }).locator("tbody tr").nth(2).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "下载问题行文件" }).click(),
    ]);
    const rows = readFileSync(await download.path(), "utf8")
      .trim()
      .split(/\r?\n/);
    assert.match(download.suggestedFilename(), /\.csv$/);
    assert.ok(rows.length >= 4, rows.join("\n"));
    assert.match(rows.join("\n"), /12345/);
  });

  step("the shared GBK sample is read as what it is", async (t) => {
    const file = sample("notice_template_gbk.csv");
    if (!file) return t.skip("shared/data/batches/notice_template_gbk.csv is not present beside the project");
    const page = await stage.as("sales");
    await submitBatch(page, {
      contract: "成都云帆电子商务有限公司",
      text: "【云帆商城】{姓名}您好，订单{订单号}已到货，应付{金额}元，请于{到货日期}前自提，咨询028-85551234。",
      file,
    });
    const count = async (name) => Number((await figure(page, name)).replaceAll(",", ""));
    assert.equal(await count("文件行数"), 20000);
    assert.ok((await count("有效短信")) >= 19500);
    assert.ok((await count("问题行")) >= 100);
    assert.match(await page.locator(".facts").last().innerText(), /gb/i);
  });

  step("the reviewer approves the batch by keyboard alone", async () => {
    const page = await stage.as("compliance");
    await page.goto("/review");
    await page.locator(".queue-item", { hasText: customer }).waitFor();
    const ours = page.locator(".queue-item[aria-current]", { hasText: customer });
    for (let presses = 0; presses < 9 && !(await ours.isVisible()); presses++) {
      const before = page.url();
      await page.keyboard.press("]");
      await page.waitForFunction((url) => location.href !== url, before);
    }
    await button(page, /^批准 A/).waitFor();
    await page.keyboard.press("a");
    await page.getByText(/批准 1,200 · 拒绝 0 · 未定 0/).waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("审核已提交：批准 1,200 条").waitFor();
  });

  // Meanwhile the ten seconds run in which the approval can be undone.
  step("the security administrator sees the users and none of the business", async () => {
    const page = await stage.as("secadmin");
    await page.goto("/users");
    await row(page, "compliance_reviewer").or(row(page, "合规审核员")).first().waitFor();
    const menu = await page.getByRole("navigation", { name: "主菜单" }).innerText();
    assert.doesNotMatch(menu, /合同|账单|批次|审核台/);
  });

  step("a page of another role is refused with a reason", async () => {
    const page = await stage.as("secadmin");
    await page.goto("/contracts");
    await page.getByText("您没有权限查看此页").first().waitFor();
    const sales = await stage.as("sales");
    await sales.goto("/audit");
    await sales.getByText("您没有权限查看此页").first().waitFor();
  });

  step("in English no menu is left in Chinese, and the choice lasts", async () => {
    const page = await stage.as("sysadmin");
    await page.goto("/");
    await button(page, "切换到英文").click();
    const menu = page.getByRole("navigation", { name: "Main menu" });
    await menu.waitFor();
    assert.doesNotMatch(await menu.innerText(), /\p{Script=Han}/u);
    await page.reload();
    await menu.waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
  });

  step("dark mode darkens the page, and the choice lasts", async () => {
    const page = await stage.as("sysadmin");
    const brightness = () =>
      page.evaluate(() => {
        const [r, g, b] = getComputedStyle(document.body)
          .backgroundColor.match(/[\d.]+/g)
          .map(Number);
        return (r + g + b) / 3;
      });
    assert.ok((await brightness()) > 200);
    await button(page, "Switch between light and dark").click();
    await page.reload();
    await page.getByRole("navigation", { name: "Main menu" }).waitFor();
    assert.ok((await brightness()) < 60);
  });

  step("once the time to undo is over it is handed off within the contract's hours, and receipts come back", async () => {
    const page = await stage.as("sales");
    // Midnight of the first day: on its way ten seconds after the approval, and waiting for 08:00.
    await page.goto(at.batch);
    await page.locator(".page-title .state", { hasText: "发送中" }).waitFor({ timeout: 40_000 });
    await page.locator(".hold", { hasText: "不在发送时段" }).waitFor();
    await clock(page, { by: "加 1 天" });
    await comes(page, at.batch, (p) => p.locator(".page-title .state", { hasText: "已完成" }));
    const delivered = await page
      .getByText(/已送达 [\d,]+/)
      .first()
      .innerText();
    at.parts = Number(delivered.replace(/\D/g, ""));
    assert.ok(at.parts > 1000 && at.parts <= 1200, delivered);
  });

  step("on the 1st the month's bill is there, to the fen", async () => {
    const sales = await stage.as("sales");
    await clock(sales, { by: "到下月 1 日" });
    const page = await stage.as("finance");
    await page.goto(`/bills?q=${at.number}`);
    await row(page, at.number).getByRole("link").first().click();
    await state(page, "待付");
    at.bill = path(page);
    const fen = 10000 + Math.round(((at.parts - 1000) * 85) / 10);
    at.total = `¥${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, "0")}`;
    await page.locator(".figures div", { hasText: "金额" }).first().getByText(at.total).waitFor();
    const document = await page.request.get(`/api/v1${at.bill}/document`);
    assert.equal((await document.body()).subarray(0, 5).toString(), "%PDF-");
  });

  step(
    "unpaid after its window the bill is overdue and grows a late fee; after the grace the contract is suspended",
    async () => {
      const sales = await stage.as("sales");
      const finance = await stage.as("finance");
      await clock(sales, { to: dates.overdue });
      await finance.goto(at.bill);
      await state(finance, "逾期");
      await clock(sales, { to: dates.lastOfGrace });
      await sales.goto(at.contract);
      await state(sales, "生效");
      await clock(sales, { to: dates.suspended });
      await state(sales, "已停机");
      await sales.getByText("停机原因：").waitFor();
      await finance.goto(at.bill);
      at.fee = await figure(finance, "滞纳金");
      assert.match(at.fee, /¥[1-9]/);
    },
  );

  step("finance records the payment: the bill is paid and service resumes by itself", async () => {
    const page = await stage.as("finance");
    const owed = (await figure(page, "未付")).replace(/[^\d.]/g, "");
    await page.goto(`/payments/new?customer=${at.customer.split("/").pop()}`);
    await page.getByText(at.number).first().waitFor();
    await page.waitForFunction((d) => document.querySelector("#value_date")?.value === d, dates.suspended);
    await fill(page, { 金额: owed, 凭证号: "SK-E2E-1" });
    await button(page, "登记收款").last().click();
    const confirm = page.getByRole("dialog", { name: "登记收款" });
    await confirm.getByText("付清后余 ¥0.00").waitFor();
    await confirm.getByText(customer).waitFor(); // comes a moment later and moves the button
    await stage.settled(page);
    await button(confirm, "登记收款").click();
    await page.waitForURL("**/payments");
    await row(page, customer).first().waitFor();
    await page.goto(at.bill);
    await state(page, "已付清");
    assert.equal(await figure(page, "未付"), "¥0.00");
    assert.equal(await figure(page, "滞纳金"), at.fee);
    const sales = await stage.as("sales");
    await sales.goto(at.contract);
    await state(sales, "生效");
  });

  step("the contract's timeline tells what happened", async () => {
    const page = await stage.as("sales");
    const told = page.getByRole("list", { name: "时间线" });
    for (const what of ["暂停：账单逾期未付", "解除暂停原因：账单逾期未付"])
      await told.getByText(what, { exact: true }).waitFor();
  });

  step("the auditor verifies the chain of the audit log", async () => {
    const page = await stage.as("auditor");
    await page.goto("/audit");
    await button(page, "校验全链").click();
    await page.getByText("审计链完整").waitFor();
  });

  step("whoever signs out is out", async () => {
    const page = await stage.as("finance");
    await button(page, /我的账号/).click();
    await page.getByRole("menuitem", { name: "退出登录" }).click();
    await page.getByRole("heading", { name: "登录" }).waitFor();
    await page.goto("/bills");
    await page.getByRole("heading", { name: "登录" }).waitFor();
  });

  step("left no error in the program's log", () => assert.deepEqual(stage.program.complaints(), []));
});
