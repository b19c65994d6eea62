import { expect, test } from 'vitest'
import { parseCoreList } from '../../../scripts/bench/gateway/cores.ts'
import {
  parseBusySeconds,
  parseCpuSeconds,
  parseListener,
  parseResidentBytes,
} from '../../../scripts/bench/gateway/process-usage.ts'

test('processor time is that of the program and of the kernel for it, whatever the program is called', () => {
  const rest = 'S 1 2 3 0 -1 4194560 900 0 0 0 1234 66 7 8 20 0 11 0 5000 900000 2000'
  expect(parseCpuSeconds(`77 (node) ${rest}`)).toBe(13)
  expect(parseCpuSeconds(`77 (a) b (c) ${rest}`)).toBe(13)
})

test('memory is what is resident now', () => {
  expect(parseResidentBytes('VmHWM:\t  2048 kB\nVmRSS:\t  1024 kB\nRssAnon:\t 512 kB\n')).toBe(1024 * 1024)
})

test('a core is busy with programs and with what its host takes away, not with waiting or interrupts', () => {
  const stat = [
    'cpu  999 999 999 999 999 999 999 999 0 0',
    'cpu0 100 20 30 4000 500 6 7 50 0 0',
    'cpu1 1 1 1 0 0 0 0 1 0 0',
    'cpu10 9 9 9 9 9 9 9 9 0 0',
  ].join('\n')
  expect(parseBusySeconds(stat, [0])).toBe(2)
  expect(parseBusySeconds(stat, [0, 1])).toBeCloseTo(2.04)
})

test('of the sockets on a port only the listening one counts', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:1F90 0100007F:C001 01 00000000:00000000 00:00000000 00000000     0        0 111 1',
    '   1: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 222 1',
    '   2: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1',
  ].join('\n')
  expect(parseListener(table, 8080)).toBe('222')
  expect(parseListener(table, 8082)).toBeUndefined()
})

test('a list of cores is read with its ranges', () => {
  expect(parseCoreList('0-3,8')).toEqual([0, 1, 2, 3, 8])
  expect(parseCoreList('5\n')).toEqual([5])
})
