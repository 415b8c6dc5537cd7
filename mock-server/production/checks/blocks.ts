import { BlockList, isIP } from 'node:net'

/** Addresses and blocks of them (CIDR). */

/** `::ffff:0:0`, under which IPv6 writes IPv4. */
const mapped = 0xffffn << 32n

/** The number that an IPv6 address stands for. */
function numberOf(address: string): bigint {
  // The parser of URLs writes IPv4 at the end as hex, too. It knows no zones.
  const { hostname } = new URL(`http://[${address.split('%', 1)[0]}]`)
  const [left = '', right] = hostname.slice(1, -1).split('::')
  const groupsOf = (part: string | undefined): string[] => (part === undefined || part === '' ? [] : part.split(':'))
  const [before, after] = [groupsOf(left), groupsOf(right)]
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0')
  return [...before, ...zeros, ...after].reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n)
}

interface Block {
  readonly family: 4 | 6
  readonly prefix: number
}

function readBlock(entry: string): Block {
  const [address = '', bits] = entry.split('/')
  if (isIP(address) === 4) return { family: 4, prefix: bits === undefined ? 32 : Number(bits) }
  const prefix = bits === undefined ? 128 : Number(bits)
  const shift = 128n - BigInt(Math.min(prefix, 96))
  const coversMapped = numberOf(address) >> shift === mapped >> shift
  return coversMapped ? { family: 4, prefix: Math.max(0, prefix - 96) } : { family: 6, prefix }
}

const local6 = new BlockList()
local6.addSubnet('fc00::', 7, 'ipv6')
local6.addSubnet('fe80::', 10, 'ipv6')

/** The widest block that may be trusted: one's own networks, or in the public part of IPv6 the networks of a large provider. */
function widestOf(entry: string, { family }: Block): number {
  if (family === 4) return 8
  return local6.check(entry.split(/[/%]/, 1)[0] ?? '', 'ipv6') ? 8 : 24
}

/** How much of the widest block these are together: above 1 is too much. */
export function widthOf(entries: readonly string[]): number {
  return [...new Set(entries)].reduce((sum, entry) => {
    const block = readBlock(entry)
    return sum + 2 ** (widestOf(entry, block) - block.prefix)
  }, 0)
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

const linkLocal = new BlockList()
linkLocal.addSubnet('169.254.0.0', 16, 'ipv4')
linkLocal.addSubnet('fe80::', 10, 'ipv6')
// Where Alibaba Cloud's machines find their own secrets.
linkLocal.addAddress('100.100.100.200', 'ipv4')
// Where Amazon's do, over IPv6.
linkLocal.addAddress('fd00:ec2::254', 'ipv6')

const privateBlocks = new BlockList()
for (const [address, prefix] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
] as const) {
  privateBlocks.addSubnet(address, prefix, 'ipv4')
}
privateBlocks.addSubnet('fc00::', 7, 'ipv6')

/** Whether a host, as URLs have it, is an address of a list. A name is none: nobody knows what it will mean. */
function isIn(list: BlockList, host: string): boolean {
  const address = host.replace(/^\[(.*)\]$/, '$1')
  const family = isIP(address)
  return family !== 0 && list.check(address, family === 4 ? 'ipv4' : 'ipv6')
}

export const isLoopback = (host: string): boolean => host === 'localhost' || isIn(loopback, host)
/** Networks of one cable, and services that hand out a machine's secrets there. */
export const isLinkLocal = (host: string): boolean => isIn(linkLocal, host)
/** Networks of one's own, and names without a dot, which only such a network knows. A number is an address, not a name. */
export const isPrivate = (host: string): boolean =>
  isIn(privateBlocks, host) || (isIP(host) === 0 && !host.includes('.') && /^(?!0x).*[a-z]/i.test(host))
/** "Any address" as a target means this machine. */
export const isThisMachine = (host: string): boolean => isLoopback(host) || host === '0.0.0.0' || host === '[::]'
