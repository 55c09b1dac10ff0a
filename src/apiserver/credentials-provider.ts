import type { RequestOptions } from 'node:https'
import type { KubeConfig } from '@kubernetes/client-node'
import { CredentialsError } from './credentials-error.ts'
import { fieldsOf } from './fields.ts'

/**
 * The `auth-provider` of one kubeconfig (OIDC with its refresh tokens, Azure, GCP), by the official client. That
 * costs 89 MB of memory, so it is loaded only here, and only when a kubeconfig needs it.
 */
export class AuthProvider {
  #loaded: { readonly key: string; readonly kubeconfig: KubeConfig } | undefined

  /** The value of the Authorization header. */
  async authorization(text: string, context: string, directory: string, ms: number): Promise<string> {
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => late.reject(new Error(`no answer within ${ms / 1000} s`)), ms)
    try {
      return await Promise.race([this.#ask(text, context, directory), late.promise])
    } catch (error) {
      throw new CredentialsError(`auth-provider: ${error instanceof Error ? error.message : String(error)}`)
    } finally {
      clearTimeout(timer)
    }
  }

  forget(): void {
    this.#loaded = undefined
  }

  async #ask(text: string, context: string, directory: string): Promise<string> {
    const options: RequestOptions = {}
    const kubeconfig = await this.#load(text, context, directory)
    await kubeconfig.applyToHTTPSOptions(options)
    const { Authorization: value } = fieldsOf(options.headers)
    if (typeof value !== 'string') throw new Error('gave no token')
    return value
  }

  /** Kept, since it keeps the tokens that it has refreshed. */
  async #load(text: string, context: string, directory: string): Promise<KubeConfig> {
    const key = JSON.stringify([text, context])
    if (this.#loaded?.key === key) return this.#loaded.kubeconfig
    const { KubeConfig } = await import('@kubernetes/client-node')
    const kubeconfig = new KubeConfig()
    kubeconfig.loadFromString(text)
    kubeconfig.setCurrentContext(context)
    kubeconfig.makePathsAbsolute(directory)
    this.#loaded = { key, kubeconfig }
    return kubeconfig
  }
}
