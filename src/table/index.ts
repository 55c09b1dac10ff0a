export { Table } from './table.ts'
