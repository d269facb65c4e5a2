import { describe, expect, it } from "vitest";
import { kept, spoken, thresholdText } from "@/features/watch/threshold";

const t = ((key: string, values: Record<string, unknown>) => `${key} ${JSON.stringify(values)}`) as unknown as Parameters<
  typeof thresholdText
>[2];

describe("thresholds of the watch", () => {
  it("are entered in times and percent and kept in tenths and per mille", () => {
    expect(spoken({ least: 5000, tenths: 35, share: 505 })).toEqual({ least: 5000, tenths: 3.5, share: 50.5 });
    expect(kept({ least: 5000, tenths: 3.5, share: 50.5 })).toEqual({ least: 5000, tenths: 35, share: 505 });
    expect(kept({ least: 1, share: 0.3 })).toEqual({ least: 1, share: 3 });
  });
  it("stand in one sentence with their units", () => {
    expect(thresholdText("night", { least: 1000, from: 22, to: 7 }, t)).toContain(
      '"least":"1,000","times":0,"share":0,"from":"22:00","to":"07:00"',
    );
    expect(thresholdText("recipients", { least: 5000, tenths: 30, share: 500 }, t)).toContain('"times":3,"share":50');
  });
});
