/** A field of a form by its label; the forms mark neither optional nor required ones inside the label's text. */
export const field = (scope, label) => scope.getByLabel(label, { exact: true });

export async function fill(scope, values) {
  for (const [label, value] of Object.entries(values)) await field(scope, label).fill(value);
}

/** Dates are typed, as people who do this all day do. */
export async function fillDate(scope, label, date) {
  const input = field(scope, label);
  await input.fill(date);
  await input.press("Enter");
}

/** Chooses from a list by the words that it shows. */
export async function choose(scope, label, option) {
  const page = scope.page?.() ?? scope;
  await field(scope, label).click();
  await page.locator(".ant-select-dropdown:visible .ant-select-item-option", { hasText: option }).first().click();
}

export const button = (scope, name) => scope.getByRole("button", { name });

/** The dialog that is open. */
export const dialog = (page) => page.getByRole("dialog").filter({ visible: true });

export const table = (page, name) => page.getByRole("table", { name });

/** Until the page's title shows a state. */
export const state = (page, word) => page.locator(".page-title .state", { hasText: word }).first().waitFor();

/** A figure of a record's page, by its name. */
export const figure = (page, name) => page.locator(".figures div", { hasText: name }).locator("dd").first().innerText();

/** What a field complains about. */
export const complaint = (scope, label) =>
  scope.locator(".ant-form-item", { has: field(scope, label) }).locator(".ant-form-item-explain-error");

/** A file as the system's dialog would hand it over. */
export const pdf = (name) => ({
  name,
  mimeType: "application/pdf",
  buffer: Buffer.from(
    `%PDF-1.4\n% ${name}\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n`,
  ),
});

/** A list of numbers that are no run, with names; two of its rows can't be used and one comes twice. */
export function csv(name, good) {
  const rows = ["手机号,姓名"];
  for (let i = 0; i < good; i++) rows.push(`13${1 + (i % 9)}${String((i * 7919 + 13) % 100000000).padStart(8, "0")},客户${i}`);
  rows.push("12345,太短", "不是号码,没有数字", rows[1]);
  return { name, mimeType: "text/csv", buffer: Buffer.from(`${rows.join("\n")}\n`) };
}

const digits = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/** A unified social credit code with its check digit (GB 32100-2015) from the first 17 characters. */
export function creditCode(first17) {
  let sum = 0;
  let weight = 1;
  for (const c of first17) {
    sum += digits.indexOf(c) * weight;
    weight = (weight * 3) % 31;
  }
  return first17 + digits[(31 - (sum % 31)) % 31];
}

/** Days as the portal writes them; months from 1. */
export const day = (year, month, date) => new Date(Date.UTC(year, month - 1, date)).toISOString().slice(0, 10);

/** Fills and sends the form for a batch; gives the batch's address. */
export async function submitBatch(page, { contract, text, file }) {
  await page.goto("/batches/new");
  await choose(page, "合同", contract);
  await choose(page, "签名", "【");
  await field(page, "短信内容").fill(text);
  await field(page, "文件").setInputFiles(file);
  await button(page, "提交并上传").click();
  await page.waitForURL(/\/batches\/(?!new)\w+$/);
  await state(page, "待审核");
  return new URL(page.url()).pathname;
}
