/** What a spec finds when it begins, and the waits that it is made of. */

import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'vitest'
import { eventually, type Fields, isFields, type Manifest } from '../../ground/index.ts'
import type { McsGround } from './ground.ts'
import { Member, type Slice, type Tools } from './member.ts'
import { deployment, NAME, requestPod, service, serviceExport } from './objects.ts'

/** How long each thing may take: the suite's own budgets, or less where nobody is expected to do it. */
export interface Patience {
  readonly appearMs: number
  readonly staysMs: number
}

export const PATIENT: Patience = { appearMs: 20_000, staysMs: 5_000 }

const RUNNING_MS = 60_000
const POLL_MS = 100
/** Creation times have whole seconds: an export that comes later than this is younger. */
const YOUNGER_MS = 1_100

/** What is there before a spec begins. */
export interface Setting {
  /** Of the Service in the first cluster, beside what all have. */
  readonly service?: Fields
  readonly serviceExport?: Fields
  readonly pods?: Manifest
  /** In the second cluster: nothing, a service, or one that is exported too, after the first. */
  readonly second?: { readonly service: Fields; readonly exported: boolean; readonly serviceExport?: Fields }
  /** False: the spec exports. */
  readonly exported?: boolean
}

export class World {
  readonly first: Member
  readonly second: Member
  readonly patience: Patience

  constructor(ground: McsGround, namespace: string, tools: Tools, patience: Patience) {
    const [first, second] = ground.sites
    this.first = new Member(first, namespace, tools)
    this.second = new Member(second, namespace, tools)
    this.patience = patience
  }

  get members(): readonly Member[] {
    return [this.first, this.second]
  }

  /** Of the service, in a zone. */
  nameIn(zone: string): string {
    return `${NAME}.${this.first.namespace}.svc.${zone}`
  }

  async furnish({ second, pods = deployment(1), exported = true, ...setting }: Setting): Promise<void> {
    await this.first.create(pods)
    await this.first.create(service(setting.service ?? {}))
    for (const member of this.members) await this.#startRequest(member)
    if (second?.exported === false) await this.deploySecond(second.service)
    if (exported) await this.first.create(serviceExport(setting.serviceExport ?? {}))
    if (second?.exported === true) await this.#exportSecond(second.service, second.serviceExport ?? {})
  }

  async deploySecond(spec: Fields): Promise<void> {
    await this.second.create(deployment(1))
    await this.second.create(service(spec))
  }

  /** The namespace, on both; what is in it goes by itself. */
  async leave(): Promise<void> {
    for (const one of this.members) await one.removeNamespace()
  }

  /** Tries until it holds, for as long as the suite would. */
  soon<T>(what: string, attempt: () => Promise<T>, times = 1): Promise<T> {
    return eventually(what, this.patience.appearMs * times, attempt)
  }

  /** Holds now, and again and again for a while. */
  async stays(check: () => Promise<void>): Promise<void> {
    const end = performance.now() + this.patience.staysMs
    do {
      await check()
      await pause(POLL_MS)
    } while (performance.now() < end)
  }

  imported(member: Member, verify: (found: Manifest) => void = () => {}): Promise<Manifest> {
    return this.soon(`a ServiceImport in ${member.id}`, async () => {
      const found = await member.serviceImport()
      if (found === undefined) throw new Error('there is none')
      verify(found)
      return found
    })
  }

  async notImported(member: Member): Promise<void> {
    await this.soon(`no ServiceImport in ${member.id}`, async () =>
      expect(await member.serviceImport()).toBeUndefined(),
    )
  }

  async condition(member: Member, type: string, status: 'True' | 'False'): Promise<void> {
    await this.soon(`${type} ${status} in ${member.id}`, async () =>
      expect(await member.conditions()).toMatchObject({ [type]: status }),
    )
  }

  /** Families come with the import, of Headless services too. */
  async families(member: Member): Promise<string[]> {
    const found = await this.imported(member, (one) =>
      expect(specOf(one)['ipFamilies'], 'ipFamilies').toEqual(expect.arrayContaining([expect.any(String)])),
    )
    const families = specOf(found)['ipFamilies']
    return Array.isArray(families) ? families.map(String) : []
  }

  mcsSlice(member: Member, family: string, verify: (slice: Slice) => void = () => {}): Promise<Slice> {
    return this.soon(`an EndpointSlice for ${family} in ${member.id}`, async () => {
      const all = await member.mcsSlices()
      const found = all.find((one) => one.family === family && one.endpoints.length > 0)
      if (found === undefined) throw new Error(`none of ${JSON.stringify(all)}`)
      verify(found)
      return found
    })
  }

  /** As often in a row as asked. */
  async says(member: Member, command: string, text: string | RegExp, times = 1): Promise<void> {
    let row = 0
    const what = `${member.id}: ${command}`
    await this.soon(
      what,
      async () => {
        const out = await member.run('sh', '-c', command)
        const agrees = typeof text === 'string' ? out.includes(text) : text.test(out)
        row = agrees ? row + 1 : 0
        if (row < times) throw new Error(`${row} times of ${times} ${text} in a row, at last: ${out}`)
      },
      times,
    )
  }

  async #startRequest(member: Member): Promise<void> {
    // Until the namespace has its service account, which the controller manager makes.
    await eventually(`a Pod is admitted in ${member.id}`, RUNNING_MS, () => member.create(requestPod()))
    await eventually(`the Pod to ask from runs in ${member.id}`, RUNNING_MS, async () =>
      expect(await member.isRequestRunning()).toBe(true),
    )
  }

  /** After the first cluster's import is there, so that it does not matter whether age or being first seen counts. */
  async #exportSecond(spec: Fields, exportSpec: Fields): Promise<void> {
    await this.imported(this.first)
    await pause(YOUNGER_MS)
    await this.deploySecond(spec)
    await this.second.create(serviceExport(exportSpec))
  }
}

export const specOf = ({ spec }: Manifest): Fields => (isFields(spec) ? spec : {})
