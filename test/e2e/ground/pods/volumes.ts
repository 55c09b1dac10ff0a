/** A Pod's volumes as directories, and what is projected into them kept as the API server has it. */

import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fieldOf, type Placed, resourceOf } from './downward.ts'
import type { Mirror } from './mirror.ts'
import type { Downward, Items, Volume } from './objects.ts'
import { requestToken } from './tokens.ts'

/** A file of a volume. */
interface File {
  readonly octets: Buffer
  readonly mode: number
  /** root, unless a file is for one user alone. */
  readonly owner?: number
}

type Files = Record<string, File>

interface Token {
  readonly text: string
  /** Milliseconds: when the kubelet would ask for another. */
  readonly renewAt: number
}

/** A kubelet asks anew when so much of a token's life is over. */
const RENEW_AFTER = 0.8

export class Volumes {
  readonly #placed: Placed
  readonly #mirror: Mirror
  readonly #directory: string
  readonly #written = new Map<string, string>()
  readonly #tokens = new Map<string, Token>()

  constructor(placed: Placed, mirror: Mirror, directory: string) {
    this.#placed = placed
    this.#mirror = mirror
    this.#directory = directory
  }

  /** Where a volume is on this machine. */
  pathOf(volume: string): string {
    return join(this.#directory, volume)
  }

  /** Writes what is new. Throws where something is not there that must be. */
  async sync(): Promise<void> {
    for (const volume of this.#placed.pod.spec.volumes) {
      if (volume.emptyDir !== undefined) this.#makeEmpty(volume.name)
      else this.#write(volume.name, await this.#filesOf(volume))
    }
  }

  /** For everybody, as the kubelet makes them; with fsGroup, of that group. */
  #makeEmpty(name: string): void {
    const path = this.pathOf(name)
    if (existsSync(path)) return
    mkdirSync(path, { recursive: true })
    const { fsGroup } = this.#placed.pod.spec.securityContext
    if (fsGroup !== undefined) chownSync(path, 0, fsGroup)
    chmodSync(path, fsGroup === undefined ? 0o777 : 0o2777)
  }

  async #filesOf(volume: Volume): Promise<Files> {
    const { configMap, secret, downwardAPI, projected } = volume
    if (configMap !== undefined)
      return this.#ofMap(
        'configMaps',
        configMap.name,
        configMap.items,
        configMap.optional,
        configMap.defaultMode,
      )
    if (secret !== undefined)
      return this.#ofMap('secrets', secret.secretName, secret.items, secret.optional, secret.defaultMode)
    if (downwardAPI !== undefined) return this.#ofPod(downwardAPI.items, downwardAPI.defaultMode)
    if (projected === undefined) throw new Error(`volume ${volume.name}: this runner does not know its kind`)
    return this.#ofSources(projected)
  }

  async #ofSources({ sources, defaultMode }: NonNullable<Volume['projected']>): Promise<Files> {
    const files: Files = {}
    for (const { configMap, secret, downwardAPI, serviceAccountToken } of sources) {
      if (configMap !== undefined)
        Object.assign(
          files,
          this.#ofMap('configMaps', configMap.name, configMap.items, configMap.optional, defaultMode),
        )
      if (secret !== undefined)
        Object.assign(files, this.#ofMap('secrets', secret.name, secret.items, secret.optional, defaultMode))
      if (downwardAPI !== undefined) Object.assign(files, this.#ofPod(downwardAPI.items, defaultMode))
      if (serviceAccountToken !== undefined) {
        const octets = Buffer.from(await this.#token(serviceAccountToken))
        files[serviceAccountToken.path] = { octets, ...this.#whose(defaultMode) }
      }
    }
    return files
  }

  /** A token is for its Pod's processes alone: for their group if there is one, else for their user. */
  #whose(mode: number): Omit<File, 'octets'> {
    const { fsGroup, runAsUser } = this.#placed.pod.spec.securityContext
    if (fsGroup !== undefined) return { mode: 0o640 }
    return runAsUser === undefined ? { mode } : { mode: 0o600, owner: runAsUser }
  }

  #ofMap(kind: 'configMaps' | 'secrets', name: string, items: Items, optional: boolean, mode: number): Files {
    const data = this.#dataOf(kind, name)
    if (data === undefined && optional) return {}
    if (data === undefined)
      throw new Error(`${kind === 'secrets' ? 'Secret' : 'ConfigMap'} ${name} is not there`)
    const wanted: NonNullable<Items> = items ?? Object.keys(data).map((key) => ({ key, path: key }))
    const files: Files = {}
    for (const one of wanted) {
      const octets = data[one.key]
      if (octets !== undefined) files[one.path] = { octets, mode: one.mode ?? mode }
      else if (!optional) throw new Error(`${name} has no key ${one.key}`)
    }
    return files
  }

  #dataOf(kind: 'configMaps' | 'secrets', name: string): Record<string, Buffer> | undefined {
    const key = `${this.#placed.pod.metadata.namespace}/${name}`
    if (kind === 'secrets') {
      const secret = this.#mirror.secrets.items.get(key)
      return secret === undefined ? undefined : decoded(secret.data, 'base64')
    }
    const map = this.#mirror.configMaps.items.get(key)
    return map === undefined
      ? undefined
      : { ...decoded(map.data, 'utf8'), ...decoded(map.binaryData, 'base64') }
  }

  #ofPod(items: Downward, mode: number): Files {
    const textOf = ({ fieldRef, resourceFieldRef }: Downward[number]): string => {
      if (fieldRef !== undefined) return fieldOf(this.#placed, fieldRef.fieldPath)
      const { containers } = this.#placed.pod.spec
      const container = containers.find(({ name }) => name === resourceFieldRef?.containerName)
      if (container === undefined || resourceFieldRef === undefined)
        throw new Error('downwardAPI: no such container')
      return resourceOf(container, resourceFieldRef.resource, resourceFieldRef.divisor)
    }
    return Object.fromEntries(items.map((one) => [one.path, { octets: Buffer.from(textOf(one)), mode }]))
  }

  async #token(asked: {
    readonly path: string
    readonly audience?: string | undefined
    readonly expirationSeconds: number
  }): Promise<string> {
    const known = this.#tokens.get(asked.path)
    if (known !== undefined && Date.now() < known.renewAt) return known.text
    const text = await this.#request(asked.expirationSeconds, asked.audience)
    this.#tokens.set(asked.path, { text, renewAt: Date.now() + asked.expirationSeconds * 1000 * RENEW_AFTER })
    return text
  }

  /** For this Pod alone: the token is worth nothing once it is deleted. */
  #request(expirationSeconds: number, audience: string | undefined): Promise<string> {
    const { metadata, spec } = this.#placed.pod
    const boundObjectRef = { apiVersion: 'v1', kind: 'Pod', name: metadata.name, uid: metadata.uid }
    const audiences = audience === undefined ? {} : { audiences: [audience] }
    const asked = { expirationSeconds, boundObjectRef, ...audiences }
    return requestToken(this.#mirror, metadata.namespace, spec.serviceAccountName, asked)
  }

  /** The way of the kubelet: a new directory of all files, to which `..data` points from one moment to the next. */
  #write(name: string, files: Files): void {
    const path = this.pathOf(name)
    const payload = JSON.stringify(
      Object.entries(files).map(([file, { octets, mode }]) => [file, octets.toString('base64'), mode]),
    )
    if (this.#written.get(name) === payload) return
    mkdirSync(path, { recursive: true })
    const old = existsSync(join(path, '..data')) ? readlinkSync(join(path, '..data')) : undefined
    const fresh = `..${new Date().toISOString().replaceAll(':', '_')}`
    for (const [file, one] of Object.entries(files)) this.#writeFile(join(path, fresh, file), one)
    mkdirSync(join(path, fresh), { recursive: true })
    symlinkSync(fresh, join(path, '..data_tmp'))
    renameSync(join(path, '..data_tmp'), join(path, '..data'))
    linkAll(path, Object.keys(files))
    if (old !== undefined) rmSync(join(path, old), { recursive: true, force: true })
    this.#written.set(name, payload)
  }

  #writeFile(path: string, { octets, mode, owner = 0 }: File): void {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, octets)
    const { fsGroup } = this.#placed.pod.spec.securityContext
    chownSync(path, owner, fsGroup ?? 0)
    chmodSync(path, fsGroup === undefined ? mode : mode | 0o440)
  }
}

/** Each name of the volume's top, to where it is in the directory of the day. */
function linkAll(path: string, files: readonly string[]): void {
  const tops = new Set(files.map((file) => file.split('/')[0] ?? file))
  for (const one of readdirSync(path)) if (!one.startsWith('..') && !tops.delete(one)) rmSync(join(path, one))
  for (const one of tops) symlinkSync(join('..data', one), join(path, one))
}

const decoded = (
  data: Readonly<Record<string, string>>,
  encoding: 'utf8' | 'base64',
): Record<string, Buffer> =>
  Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, encoding)]))
