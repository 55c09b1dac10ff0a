/** From what the clusters said to the exports of one service: who exports it, who does not and why, with which endpoints. Pure. */
export { countEndpoints } from './endpoints.ts'
export { holdingsOf } from './exports.ts'
export type {
  Endpoint,
  EndpointPort,
  Endpoints,
  Export,
  Exported,
  Holdings,
  Ignored,
  InventoryRules,
  LocalImport,
  ValidExport,
} from './types.ts'
