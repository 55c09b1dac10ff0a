import type { AllowedExec } from './credentials-allowed.ts'
import type { Fields } from './fields.ts'

/**
 * How to reach an API server and what to show it, at one moment. Equal values are the same object. Whoever sent a
 * request with one that was refused tells by `===` whether there is another.
 */
export interface Access {
  /** URL without query; a path in it comes before every API path. */
  readonly server: string
  /** What https needs beside the URL. */
  readonly tls: Tls
  /** URL: http, https or socks5. null: it is reached directly. */
  readonly proxy: string | null
  /** Authorization and impersonation. */
  readonly headers: Readonly<Record<string, string | string[]>>
  /** Unix milliseconds; null where nothing expires or nobody says when. */
  readonly expires: { readonly certificate: number | null; readonly token: number | null }
  /**
   * The kubelet, a plugin or whoever writes a file gives new ones before these expire. false: whoever runs this
   * has to renew them, and is told before they end.
   */
  readonly renewed: boolean
}

/** PEM texts, and how the server's certificate is verified. Without `ca`: by the system's authorities. */
export interface Tls {
  /** Certificates of the authorities that are believed, and of no others. */
  readonly ca?: string
  /** The client's own certificate, with `key`; absent: it shows none. */
  readonly cert?: string
  /** The private key of that certificate, never without it. */
  readonly key?: string
  /** The name that the server's certificate must have, where it is not the URL's; sent as SNI too (RFC 6066, 3). */
  readonly servername?: string
  /** true: it may have any name, as long as an authority that is believed has signed it and its dates hold. */
  readonly anyName?: boolean
  /** false: `insecure-skip-tls-verify`, any certificate will do. */
  readonly rejectUnauthorized?: boolean
}

/** One cluster's credentials. Nothing is read or run before they are asked for. */
export interface Credentials {
  /** What to name in a sentence: the server's URL when it is known, until then where it is looked for. */
  readonly place: string
  /**
   * Those in force now. Rejects with a CredentialsError that says its place, or with the signal's reason. Kept
   * for a minute: until then nothing is read again, unless it was refused or its token has ended.
   */
  readonly access: (signal: AbortSignal) => Promise<Access>
  /** The server answered 401 to these: files are read and plugins run anew for the next access. */
  readonly refuse: (used: Access) => void
  /** The earlier of the two expiries of what was last in force, in Unix milliseconds. */
  readonly expiresAt: () => number | null
  /** Whether somebody gives new ones before those expire. */
  readonly isRenewed: () => boolean
}

/** Where credentials are found, as configuration and registries say it. */
export type CredentialsChoice =
  /** `context`: the file's current one by default. */
  | { readonly kind: 'kubeconfig'; readonly path: string; readonly context?: string | null }
  /** The service account of the pod that this runs in. */
  | { readonly kind: 'inCluster' }
  /**
   * Out of a Secret, say. It may name no file, and no program but those that are allowed: who can write Secrets is not
   * who runs this.
   */
  | {
      readonly kind: 'text'
      /** The text of one, and not its path. */
      readonly kubeconfig: string
      /** null or absent: its current one. */
      readonly context?: string | null
      /** The server's certificate may have any name, which no kubeconfig can say. */
      readonly anyName?: boolean
      /** The programs that it may name; absent: none. */
      readonly execs?: readonly AllowedExec[]
    }
  /** Another API server, which passes on what is asked below a path of its own. */
  | { readonly kind: 'behind'; readonly server: CredentialsChoice; readonly path: string }
  | SecretCredentialsChoice

/** A cluster that an object declares, and a Secret beside it that holds what to show its API server. */
export type SecretCredentialsChoice = {
  readonly kind: 'secret'
  /**
   * Where the Secret is read, whenever credentials are. Those of the API server that holds it, which need not be
   * the cluster's.
   */
  readonly at: CredentialsChoice
  /** The Secret's namespace and name. */
  readonly namespace: string
  readonly name: string
  /** The key of its `data` that has it, `token` or `kubeconfig` say. */
  readonly key: string
  /**
   * `token`: a bearer token and nothing else. `kubeconfig`: a user is taken out of it, with a token or a
   * certificate; one that has anything more is refused.
   */
  readonly holds: 'token' | 'kubeconfig'
  /** Which context of a kubeconfig; null: its current one. */
  readonly context: string | null
  /** The cluster as a kubeconfig has one: `server`, `certificate-authority-data` and the like. */
  readonly cluster: Fields
}

/** Where credentials are looked for, and how long that may take: tests have it otherwise. */
export interface CredentialsOptions {
  /** The environment that plugins inherit, and that says which proxies there are. Default: this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Where a pod finds its service account. A directory with the files `token` and `ca.crt`. */
  readonly serviceAccount?: string
  /** Milliseconds until files are read again. Default 60,000. */
  readonly freshMs?: number
  /** Milliseconds a plugin may run. Default 25,000. */
  readonly pluginMs?: number
  /** Milliseconds from one run of a plugin to another that a refusal asks for. Default 10,000. */
  readonly pluginRestMs?: number
  /** false: nothing is run and nobody asked, for who wants to know what is wrong before. Default: true. */
  readonly isAsked?: boolean
  /** Unix milliseconds. */
  readonly now?: () => number
}

/** Where credentials are read from. */
export interface CredentialsOrigin {
  /** What to name in a sentence: a file, a Secret, a URL. */
  readonly place: string
  /** Reads anew what may have changed. Rejects with a CredentialsError, or with the signal's reason. */
  readonly read: (signal: AbortSignal) => Promise<Access>
  /** What was last read was refused. */
  readonly forget: () => void
}
