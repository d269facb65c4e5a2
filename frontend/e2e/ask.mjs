import assert from "node:assert/strict";

const headers = { "Sec-Fetch-Site": "same-origin" };

/** What the API answers to the person of a page. */
export async function get(page, path) {
  const answer = await page.request.get(`/api/v1${path}`);
  assert.equal(answer.status(), 200, `${path}: ${answer.status()} ${await answer.text()}`);
  return answer.json();
}

export async function post(page, path, data) {
  const answer = await page.request.post(`/api/v1${path}`, { headers, data });
  assert.ok(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`);
  return answer.json();
}

/** Asks again and again until there is an answer, for what work in the background brings about. */
export async function until(page, what, ask) {
  for (let tries = 0; tries < 240; tries++) {
    const answer = await ask();
    if (answer) return answer;
    await page.waitForTimeout(250);
  }
  throw new Error(`after a minute still not: ${what}`);
}

/** The business day that the program is in. */
export const businessDay = async (page) => (await get(page, "/sandbox/clock")).now.slice(0, 10);

/** A day some days after another. */
export const plus = (day, n) => new Date(Date.parse(`${day}T12:00:00Z`) + n * 86_400_000).toISOString().slice(0, 10);
