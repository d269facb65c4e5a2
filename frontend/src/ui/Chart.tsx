import type { EChartsCoreOption, EChartsType } from "echarts/core";
import { useEffect, useRef, useState } from "react";

type Props = {
  /** What the picture shows, for those who do not see it; the same figures stand in a table beside it. */
  label: string;
  height?: number;
  option: (colours: Colours) => EChartsCoreOption;
};

export type Colours = { text: string; quiet: string; line: string; panel: string; series: readonly string[] };

const light = ["#3a5bc7", "#18794e", "#b45f06", "#8e4ec6", "#0b7285", "#c62a2f", "#6f6e77", "#9a6700"];
const dark = ["#6f8cf0", "#5bd094", "#f0b45e", "#c79bf2", "#5cc8d7", "#ff8a8a", "#b5b3ad", "#e2c36b"];

function colours(): Colours {
  const css = getComputedStyle(document.documentElement);
  const of = (name: string) => css.getPropertyValue(name).trim();
  return {
    text: of("--text-2"),
    quiet: of("--text-3"),
    line: of("--line"),
    panel: of("--panel"),
    series: document.documentElement.dataset.theme === "dark" ? dark : light,
  };
}

/** The part of the library that bars and lines need, fetched when the first chart is drawn. */
async function library() {
  const [core, charts, components, renderers] = await Promise.all([
    import("echarts/core"),
    import("echarts/charts"),
    import("echarts/components"),
    import("echarts/renderers"),
  ]);
  core.use([
    charts.BarChart,
    charts.LineChart,
    components.GridComponent,
    components.TooltipComponent,
    components.LegendComponent,
    renderers.CanvasRenderer,
  ]);
  return core;
}

/** A picture of figures that stand in a table too. It follows the theme and the width it has. */
export function Chart({ label, height = 260, option }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const latest = useRef(option);
  latest.current = option;
  const chart = useRef<EChartsType | null>(null);
  const [drawn, setDrawn] = useState(false);
  useEffect(() => {
    let gone = false;
    const draw = () => chart.current?.setOption({ animation: false, ...latest.current(colours()) }, true);
    const theme = new MutationObserver(draw);
    const size = new ResizeObserver(() => chart.current?.resize());
    void library().then((core) => {
      if (gone || !box.current) return;
      chart.current = core.init(box.current);
      draw();
      setDrawn(true);
      theme.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
      size.observe(box.current);
    });
    return () => {
      gone = true;
      theme.disconnect();
      size.disconnect();
      chart.current?.dispose();
      chart.current = null;
    };
  }, []);
  useEffect(() => {
    chart.current?.setOption({ animation: false, ...option(colours()) }, true);
  }, [option]);
  return <div ref={box} role="img" aria-label={label} aria-busy={!drawn} style={{ height, width: "100%" }} />;
}
