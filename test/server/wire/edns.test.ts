import { describe, expect, it } from 'vitest'
import { EDE, RCODE } from '../../../src/values/dns/index.ts'
import { buildQuery, type EdnsSpec, parseReply } from '../../support/client.ts'
import { address, errorReply, hex, reply, unhex, WEB } from './messages.ts'

const asking = (edns: EdnsSpec) => ({ ...WEB, edns })
const stale = { code: EDE.STALE_ANSWER, text: 'cluster-west last heard from 2026-11-22T14:02:11Z' }

describe('the OPT record of a reply', () => {
  it('is there iff the query has one', () => {
    expect(parseReply(reply(WEB, { errors: [stale], nsid: 'meridian-0' })).edns).toBeNull()
    expect(parseReply(reply(asking({}), {})).edns).toEqual({
      udpSize: 1232,
      version: 0,
      dnssecOk: false,
      ede: [],
      nsid: null,
      subnet: null,
    })
  })

  it('comes last and holds client subnet, server identity and extended errors', () => {
    const octets = reply(asking({ dnssecOk: true, nsid: true, subnet: '10.1.2.0/23' }), {
      additional: [address(WEB.name, '10.0.0.1')],
      errors: [stale],
      nsid: 'm0',
      subnetScope: 18,
    })
    expect(hex(octets).slice(-2 * (11 + 11 + 6 + 6 + stale.text.length))).toBe(
      hex(
        unhex(`00 0029 04d0 00 00 8000 ${(23 + stale.text.length).toString(16).padStart(4, '0')}
          0008 0007 0001 17 12 0a0102 0003 0002 6d30
          000f ${(2 + stale.text.length).toString(16).padStart(4, '0')} 0003 ${Buffer.from(stale.text).toString('hex')}`),
      ),
    )
    expect(parseReply(octets).additionals).toHaveLength(1)
  })

  it('copies DO', () => {
    expect(parseReply(reply(asking({ dnssecOk: true }), {})).edns?.dnssecOk).toBe(true)
  })

  it('advertises the payload size of the server, whatever the client has', () => {
    for (const udpPayloadSize of [0, 512, 4096, 65_535])
      expect(parseReply(reply(asking({ udpPayloadSize }), {})).edns?.udpSize).toBe(1232)
  })

  it('tells the server identity to those who ask, if there is one to tell', () => {
    expect(parseReply(reply(asking({ nsid: true }), { nsid: 'meridian-0' })).edns?.nsid).toBe('meridian-0')
    expect(parseReply(reply(asking({ nsid: true }), {})).edns?.nsid).toBeNull()
    expect(parseReply(reply(asking({}), { nsid: 'meridian-0' })).edns?.nsid).toBeNull()
  })

  it('always echoes the client subnet, with the scope that the answer has', () => {
    const echoed = (subnet: string, subnetScope: number) =>
      parseReply(reply(asking({ subnet }), { subnetScope })).edns?.subnet
    expect(echoed('10.1.2.0/24', 0)).toBe('10.1.2.0/24/0')
    expect(echoed('10.1.2.128/25', 18)).toBe('10.1.2.128/25/18')
    expect(echoed('fd00:1:2::/56', 48)).toBe('fd00:1:2::/56/48')
    expect(echoed('fd00::1/128', 128)).toBe('fd00::1/128/128')
  })

  it('has scope 0 for a client that said nothing of its address', () => {
    expect(parseReply(reply(asking({ subnet: '0.0.0.0/0' }), { subnetScope: 16 })).edns?.subnet).toBe(
      '0.0.0.0/0/0',
    )
  })

  it('carries several extended errors, and their text as UTF-8', () => {
    const errors = [stale, { code: EDE.OTHER, text: 'no route to cluster-west (network büro)' }]
    expect(parseReply(reply(asking({}), { errors })).edns?.ede).toEqual(errors)
  })

  it('carries the upper bits of BADVERS', () => {
    const octets = errorReply(buildQuery(asking({ version: 1 })))
    expect(octets[3]).toBe(0)
    expect(hex(octets.subarray(-11))).toBe(hex(unhex('00 0029 04d0 01 00 0000 0000')))
    expect(parseReply(reply(asking({}), { rcode: RCODE.BADVERS })).rcode).toBe('BADVERS')
  })
})
