/** How much a responder keeps; it takes the memory for it when it is made. */
export interface Room {
  /** Of the table of templates: a power of two. A service has three for each of its names: A, AAAA, SRV. */
  readonly slots: number
  /** For all templates: a power of two. One of a ClusterSetIP's address takes some 130. */
  readonly octets: number
  /** Of clients, and of their subnets, of which it is known where they stand. */
  readonly clients: number
}

export const ROOM_OF_A_SERVER: Room = { slots: 65_536, octets: 16 << 20, clients: 10_000 }
