/** A GeoIP database (MaxMind DB): read whole, checked, and turned into a table that answers look up; watched by main. */

export { type GeoReading, readGeo } from './file.ts'
export { type GeoEvents, GeoPlaces, type GeoStatus, type GeoWork } from './places.ts'
