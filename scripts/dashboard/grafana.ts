/** A dashboard as Grafana 10 and later reads it, from a description that people read. */

export interface Dashboard {
  readonly uid: string
  readonly title: string
  readonly description: string
  readonly tags: readonly string[]
  readonly rows: readonly Row[]
  readonly variables: readonly Variable[]
  readonly annotations: readonly Annotation[]
}

export interface Row {
  readonly title: string
  readonly panels: readonly Panel[]
}

export interface Panel {
  readonly title: string
  /** What it tells, and what to make of it. */
  readonly description: string
  readonly kind: 'timeseries' | 'stat' | 'state-timeline'
  /** Grafana's name of it: `reqps`, `s`, `percentunit`, `bytes`, `short`. */
  readonly unit: string
  /** Of 24. */
  readonly width: number
  readonly queries: readonly Query[]
  /** Series as parts of a whole. */
  readonly stacked?: boolean
  /** What values are called, and their colours. */
  readonly names?: readonly (readonly [value: number, text: string, colour: string])[]
  /** Yellow from the first, red from the second. */
  readonly limits?: readonly [yellow: number, red: number]
}

/** PromQL, and what its series are called in the legend. */
export type Query = readonly [expression: string, legend: string]

/** Values of a label, to choose from. */
export interface Variable {
  readonly name: string
  readonly query: string
}

export interface Annotation {
  readonly name: string
  readonly expression: string
  readonly text: string
}

const HEIGHT = 8
const STAT_HEIGHT = 4
const FULL_WIDTH = 24
const SOURCE = { type: 'prometheus', uid: '$datasource' }

export const grafanaText = (dashboard: Dashboard): string =>
  `${JSON.stringify(modelOf(dashboard), null, 2)}\n`

function modelOf({ uid, title, description, tags, rows, variables, annotations }: Dashboard): object {
  return {
    uid,
    title,
    description,
    tags,
    schemaVersion: 38,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    timezone: 'browser',
    templating: { list: [DATASOURCE, ...variables.map(variableModel)] },
    annotations: { list: annotations.map(annotationModel) },
    panels: panelModels(rows),
  }
}

const DATASOURCE = { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' }

const variableModel = ({ name, query }: Variable): object => ({
  name,
  label: name,
  type: 'query',
  datasource: SOURCE,
  definition: query,
  query: { query, refId: name },
  refresh: 2,
  sort: 1,
  multi: true,
  includeAll: true,
  allValue: '.*',
  current: { selected: true, text: ['All'], value: ['$__all'] },
})

const annotationModel = ({ name, expression, text }: Annotation): object => ({
  name,
  datasource: SOURCE,
  enable: true,
  expr: expression,
  iconColor: 'red',
  step: '60s',
  titleFormat: text,
  useValueForTime: false,
})

/** Rows one below the other, their panels from left to right and on to the next line. */
function panelModels(rows: readonly Row[]): readonly object[] {
  const models: object[] = []
  let y = 0
  for (const { title, panels } of rows) {
    const id = models.length + 1
    models.push({ id, type: 'row', title, collapsed: false, panels: [], gridPos: at(0, y, FULL_WIDTH, 1) })
    y += 1
    let x = 0
    let tallest = 0
    for (const panel of panels) {
      const height = panel.kind === 'stat' ? STAT_HEIGHT : HEIGHT
      if (x + panel.width > FULL_WIDTH) [x, y, tallest] = [0, y + tallest, 0]
      models.push(panelModel(panel, models.length + 1, at(x, y, panel.width, height)))
      x += panel.width
      tallest = Math.max(tallest, height)
    }
    y += tallest
  }
  return models
}

const at = (x: number, y: number, w: number, h: number): object => ({ x, y, w, h })

function panelModel(panel: Panel, id: number, gridPos: object): object {
  const { title, description, kind, queries } = panel
  return {
    id,
    type: kind,
    title,
    description,
    gridPos,
    datasource: SOURCE,
    targets: queries.map(([expr, legendFormat], i) => ({
      refId: String.fromCharCode(65 + i),
      datasource: SOURCE,
      expr,
      legendFormat,
      range: kind !== 'stat',
      instant: kind === 'stat',
    })),
    fieldConfig: { defaults: fieldModel(panel), overrides: [] },
    options: OPTIONS[kind],
  }
}

function fieldModel({ kind, unit, stacked, names, limits }: Panel): object {
  const steps = (limits ?? []).map((value, i) => ({ value, color: i === 0 ? 'yellow' : 'red' }))
  return {
    unit,
    min: kind === 'timeseries' ? 0 : undefined,
    color: { mode: kind === 'timeseries' ? 'palette-classic' : 'thresholds' },
    thresholds: { mode: 'absolute', steps: [{ value: null, color: 'green' }, ...steps] },
    mappings: names === undefined ? [] : [mappingModel(names)],
    custom: kind === 'timeseries' ? lines(stacked === true) : undefined,
  }
}

const mappingModel = (names: NonNullable<Panel['names']>): object => ({
  type: 'value',
  options: Object.fromEntries(names.map(([value, text, color], index) => [value, { text, color, index }])),
})

const lines = (stacked: boolean): object => ({
  lineWidth: 1,
  fillOpacity: stacked ? 60 : 10,
  showPoints: 'never',
  stacking: { mode: stacked ? 'normal' : 'none', group: 'A' },
})

const OPTIONS: Readonly<Record<Panel['kind'], object>> = {
  timeseries: {
    legend: { displayMode: 'table', placement: 'bottom', calcs: ['lastNotNull', 'max'] },
    tooltip: { mode: 'multi', sort: 'desc' },
  },
  stat: {
    reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
    colorMode: 'value',
    graphMode: 'none',
    textMode: 'auto',
  },
  'state-timeline': { showValue: 'auto', mergeValues: true, rowHeight: 0.9, legend: { showLegend: false } },
}
