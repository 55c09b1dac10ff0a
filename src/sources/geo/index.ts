/**
 * A GeoIP database (MaxMind DB): read whole, checked, and turned into a table that answers look up; watched by main.
 * `file.ts` is the file to open first; what is done with the table is in `words/clusterset/geo.ts` and
 * `answer/routing/standpoint.ts`.
 */

// Read whole and found right, or rejected with a sentence for whoever runs the server.
export { type GeoReading, largestFor, readGeo } from './file.ts'
// The database in force stays until another one was read whole, whatever becomes of its file.
export { type GeoEvents, GeoPlaces, type GeoStatus, type GeoWork } from './places.ts'
