import { type Dial, dialTCP } from './dial.ts'
import type { Connect, Matrix, TcpTarget } from './matrix.ts'

const AT_ONCE = 16

/** The matrix with a TCP connect to each sample, each address once, made from this host. */
export async function connectMatrix(matrix: Matrix, dial: Dial = dialTCP): Promise<Matrix> {
  const samples = new Map(matrix.cells.flatMap(({ samples }) => samples).map((one) => [nameOf(one), one]))
  const outcomes = new Map<string, string | null>()
  const queue = samples.entries()
  const worker = async () => {
    for (const [name, { host, port }] of queue) outcomes.set(name, await dial(host, port))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  const connected = (sample: TcpTarget): Connect => ({
    ...sample,
    failure: outcomes.get(nameOf(sample)) ?? null,
  })
  return {
    ...matrix,
    cells: matrix.cells.map((cell) => ({ ...cell, connects: cell.samples.map(connected) })),
  }
}

const nameOf = ({ host, port }: TcpTarget): string => `${host} ${port}`
