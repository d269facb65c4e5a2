import { openStage } from "./stage.mjs";
const stage = await openStage();
const out = "/tmp/h8/shots"; 
import { mkdirSync } from "node:fs"; mkdirSync(out,{recursive:true});
const shot = (p,n)=>p.screenshot({path:`${out}/${n}.png`,animations:"disabled"});
try {
  const page = await stage.as("compliance");
  const get = async (p, path) => (await p.request.get(`/api/v1${path}`)).json();
  const q = await get(page,"/review/queue");
  console.log(JSON.stringify(q.items.map(i=>({b:i.batch_id,own:i.own,state:i.state,risk:i.risk,two:i.two_people,g:i.groups,m:i.messages,hits:i.hits})),null,0).slice(0,3000));
  await stage.open(page, "/review"); await stage.settled(page); await shot(page,"queue");
  await page.keyboard.press("]"); await page.locator(".text-item").first().waitFor(); await stage.settled(page); await shot(page,"desk1");
  await page.setViewportSize({width:1024,height:768}); await shot(page,"desk1-1024"); await page.setViewportSize({width:1440,height:900});
  // three keys to refuse
  await page.keyboard.press("r"); await shot(page,"refuse1"); await page.keyboard.press("1"); await page.keyboard.press("Enter"); await stage.settled(page); await page.waitForTimeout(800); await shot(page,"refused");
  await page.keyboard.press("z"); await stage.settled(page); await page.waitForTimeout(500); await shot(page,"undone");
  const lead = await stage.as("compliancelead");
  await stage.open(lead,"/rules"); await stage.settled(lead); await shot(lead,"rules");
  await lead.locator("tbody tr").nth(1).click(); await stage.settled(lead); await lead.waitForTimeout(500); await shot(lead,"rule");
  for (const tab of ["backtest","versions","falseAlarms","banks","test","drafts"]) {}
  const tabs = await lead.locator("[role=tab]").allInnerTexts(); console.log(tabs, lead.url());
} catch(e) { console.error(e); }
const r = await stage.close().catch(e=>({err:String(e).slice(0,2000)})); console.log(JSON.stringify(r).slice(0,1500));
