import { PanelBuilder as BarGauge } from '@grafana/grafana-foundation-sdk/bargauge';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  BarGaugeDisplayMode,
  BigValueColorMode,
  BigValueGraphMode,
  type DataSourceRef,
  GraphGradientMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type DashboardLink,
  DashboardLinkBuilder,
  DashboardLinkType,
  type DynamicConfigValue,
  MappingType,
  type Panel,
  type ThresholdsConfig,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StateTimeline } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries';

/** The data source that whoever looks at a dashboard has chosen. */
export const prometheus: DataSourceRef = { type: 'prometheus', uid: `\${datasource}` };

/** PromQL, and what its series are called; `{{label}}` stands for a label's value. */
export interface Query {
  readonly expr: string;
  readonly legend?: string;
}

/** Colour from this value on; the first has none and begins at minus infinity. */
export type Threshold = readonly [color: string, from: number | null];

export interface PanelOptions {
  readonly title: string;
  /** What it means and when to worry, for somebody who sees it for the first time. */
  readonly description: string;
  readonly queries: readonly Query[];
  /** Grafana's name of a unit, such as `s`, `reqps`, `percentunit`. */
  readonly unit: string;
  /** Columns of 24. */
  readonly width: number;
  /** Rows; 8 for graphs, 4 for figures. */
  readonly height?: number;
  readonly max?: number;
  readonly decimals?: number;
  readonly thresholds?: readonly Threshold[];
  /** Alerts whose runbooks say what to do when this looks wrong. */
  readonly alerts?: readonly string[];
  /** Colour by series name. */
  readonly colors?: Readonly<Record<string, string>>;
}

interface GraphOptions extends PanelOptions {
  /** The areas add up. */
  readonly stacked?: boolean;
  /** What is above it is wrong; a dashed red line. */
  readonly limit?: number;
}

/** Lines over time, from 0 up; thresholds are dashed lines. */
export function graph({ limit, stacked = false, ...options }: GraphOptions): Builder<Panel> {
  const thresholds: readonly Threshold[] | undefined =
    limit === undefined
      ? options.thresholds
      : [
          ['transparent', null],
          ['red', limit],
        ];
  const panel = common(new TimeSeries(), thresholds === undefined ? options : { ...options, thresholds }, 8)
    .min(0)
    .lineWidth(stacked ? 1 : 2)
    .fillOpacity(stacked ? 35 : 8)
    .gradientMode(GraphGradientMode.Opacity)
    .showPoints(VisibilityMode.Never)
    .spanNulls(120_000)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  if (stacked) panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal));
  if (thresholds !== undefined)
    panel.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  for (const [name, color] of Object.entries(options.colors ?? {}))
    panel.overrideByName(name, fixedColor(color));
  return panel;
}

/** One big number, coloured by its thresholds, with its course behind it. `texts` replaces values by words. */
export function figure(
  options: PanelOptions & { readonly texts?: Readonly<Record<string, string>> },
): Builder<Panel> {
  const panel = common(new Stat(), options, 4)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .graphMode(BigValueGraphMode.Area)
    .colorMode(options.thresholds === undefined ? BigValueColorMode.None : BigValueColorMode.Value);
  if (options.texts !== undefined) {
    const words = Object.entries(options.texts).map(([value, text], index) => [value, { text, index }]);
    panel.mappings([{ type: MappingType.ValueToText, options: Object.fromEntries(words) }]);
  }
  return panel;
}

/** A bar for each series as it is now. */
export function bars(options: PanelOptions): Builder<Panel> {
  return common(new BarGauge(), options, 8)
    .min(0)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .orientation(VizOrientation.Horizontal)
    .displayMode(BarGaugeDisplayMode.Gradient)
    .showUnfilled(true);
}

/** A band for each series whose colour and text is its state; `states` by value. */
export function states(
  options: PanelOptions & {
    readonly states: Readonly<Record<string, readonly [text: string, color: string]>>;
  },
): Builder<Panel> {
  const words = Object.entries(options.states).map(([value, [text, color]], index) => [
    value,
    { text, color, index },
  ]);
  return common(new StateTimeline(), options, 6)
    .mappings([{ type: MappingType.ValueToText, options: Object.fromEntries(words) }])
    .showValue(VisibilityMode.Auto)
    .rowHeight(0.8)
    .mergeValues(true)
    .fillOpacity(80);
}

interface CommonPanel<Self> extends Builder<Panel> {
  title(title: string): Self;
  description(description: string): Self;
  datasource(datasource: DataSourceRef): Self;
  span(width: number): Self;
  height(height: number): Self;
  unit(unit: string): Self;
  max(max: number): Self;
  decimals(decimals: number): Self;
  thresholds(thresholds: Builder<ThresholdsConfig>): Self;
  links(links: Builder<DashboardLink>[]): Self;
  withTarget(target: DataqueryBuilder): Self;
}

function common<P extends CommonPanel<P>>(panel: P, options: PanelOptions, usualHeight: number): P {
  const { title, description, queries, unit, width, height = usualHeight } = options;
  panel.title(title).description(description).datasource(prometheus).unit(unit).span(width).height(height);
  for (const [index, { expr, legend }] of queries.entries()) {
    const query = new DataqueryBuilder()
      .refId(String.fromCharCode(65 + index))
      .expr(expr)
      .range();
    panel.withTarget(legend === undefined ? query : query.legendFormat(legend));
  }
  if (options.max !== undefined) panel.max(options.max);
  if (options.decimals !== undefined) panel.decimals(options.decimals);
  if (options.thresholds !== undefined) panel.thresholds(thresholdsOf(options.thresholds));
  if (options.alerts !== undefined) panel.links(options.alerts.map(runbookLink));
  return panel;
}

/** The median and the slow end of a histogram. */
export function quantiles(histogram: string): Query[] {
  return [0.5, 0.95, 0.99].map((share) => ({
    expr: `histogram_quantile(${share}, sum by (le) (rate(${histogram}_bucket[$__rate_interval])))`,
    legend: `p${share * 100}`,
  }));
}

/** `thresholds` as Grafana wants them. */
export function thresholdsOf(thresholds: readonly Threshold[]): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps(thresholds.map(([color, value]) => ({ color, value })));
}

/** Address of an alert's runbook, given the alert's name or what Grafana puts in its place. */
export function runbookOf(alert: string): string {
  return `\${repository}/infra/runbooks/${alert}.md`;
}

function runbookLink(alert: string): Builder<DashboardLink> {
  return new DashboardLinkBuilder(`Runbook ${alert}`)
    .type(DashboardLinkType.Link)
    .url(runbookOf(alert))
    .targetBlank(true);
}

function fixedColor(color: string): DynamicConfigValue[] {
  return [{ id: 'color', value: { mode: 'fixed', fixedColor: color } }];
}
