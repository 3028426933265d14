import { createHmac, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isOfficeCode, isShown, officeCode, OfficesError, parseOffices, placeFrom, placeRules, readOffices } from '../../src/place/index.js'
import { hotp } from '../../src/place/office-code.js'

const secret = randomBytes(32)
const AT = Date.parse('2026-03-02T00:30:10Z')
const OFFICES = {
  'opd-1': {
    hall: { name: 'Town hall', egress: ['203.0.113.0/29', '2001:db8:1::/48'], code: true },
    annex: { name: 'Annex', egress: ['198.51.100.7'] },
    shared: { name: 'Shared', egress: ['198.51.100.7', '192.0.2.0/24'] },
    field: { name: 'Field post', code: true },
  },
  'opd-2': { hall: { name: 'Another hall', code: true } },
}
const offices = parseOffices(JSON.stringify(OFFICES))

describe('the code of an office', () => {
  it('is RFC 6238’s: the vectors of its appendix B for SHA-256', () => {
    const key = Buffer.from('12345678901234567890123456789012')
    const vectors = { 59: '46119246', 1111111109: '68084774', 1111111111: '67062674', 1234567890: '91819424', 2000000000: '90698825' }
    for (const [seconds, code] of Object.entries(vectors)) expect(hotp(key, Math.floor(Number(seconds) / 30), 8), seconds).toBe(code)
    expect(hotp(key, Math.floor(20000000000 / 30), 8)).toBe('77737706')
  })

  it('stands for 30 seconds, and is taken for 30 more', () => {
    const { code, validUntil } = officeCode(secret, 'opd-1', 'hall', AT)
    expect(code).toMatch(/^\d{6}$/u)
    expect(validUntil).toBe(Date.parse('2026-03-02T00:30:30Z'))
    // One code in a million is another step's too; a fixed secret would only hide it.
    for (const [after, taken] of [
      [-10_001, false],
      [-10_000, true],
      [0, true],
      [19_999, true],
      [20_000, true],
      [49_999, true],
      [50_000, false],
    ] as const) {
      const fresh = Buffer.alloc(32, 5)
      const shown = officeCode(fresh, 'opd-1', 'hall', AT).code
      expect(isOfficeCode(fresh, 'opd-1', 'hall', shown, AT + after), String(after)).toBe(taken)
    }
  })

  it('is of one office of one tenant under one secret', () => {
    const fixed = Buffer.alloc(32, 5)
    const { code } = officeCode(fixed, 'opd-1', 'hall', AT)
    expect(isOfficeCode(fixed, 'opd-1', 'annex', code, AT)).toBe(false)
    expect(isOfficeCode(fixed, 'opd-2', 'hall', code, AT)).toBe(false)
    expect(isOfficeCode(Buffer.alloc(32, 6), 'opd-1', 'hall', code, AT)).toBe(false)
    const key = createHmac('sha256', fixed).update('["lintas-office-code/1","opd-1","hall"]').digest()
    expect(code).toBe(hotp(key, Math.floor(AT / 30_000), 6))
  })

  it('is nothing else: whatever is typed', () => {
    const { code } = officeCode(secret, 'opd-1', 'hall', AT)
    for (const typed of ['', code.slice(1), `${code}0`, ` ${code}`, `${code} `, '０１２３４５', 'x'.repeat(999)]) {
      expect(isOfficeCode(secret, 'opd-1', 'hall', typed, AT), typed).toBe(false)
    }
    const right = new Set([0, 1].map((back) => officeCode(secret, 'opd-1', 'hall', AT - back * 30_000).code))
    fc.assert(fc.property(fc.string(), (typed) => isOfficeCode(secret, 'opd-1', 'hall', typed, AT) === right.has(typed)))
  })
})

describe('a place', () => {
  const rules = placeRules(offices.get('opd-1'), [secret], 'opd-1', AT)
  const code = officeCode(secret, 'opd-1', 'hall', AT).code

  it.each([
    ['nothing is known', {}, undefined],
    ['an office is named', { office: 'hall' }, { place: 'hall', by: 'claim' }],
    ['an office is named from elsewhere', { office: 'hall', clientAddress: '203.0.113.8' }, { place: 'hall', by: 'claim' }],
    ['its address', { office: 'hall', clientAddress: '203.0.113.7' }, { place: 'hall', by: 'egress' }],
    ['its address of the other kind', { office: 'hall', clientAddress: '2001:db8:1:2::3' }, { place: 'hall', by: 'egress' }],
    ['its address through a socket of both kinds', { office: 'hall', clientAddress: '::ffff:203.0.113.7' }, { place: 'hall', by: 'egress' }],
    ['the address of another office', { office: 'hall', clientAddress: '198.51.100.7' }, { place: 'hall', by: 'claim' }],
    ['an office without addresses', { office: 'field', clientAddress: '203.0.113.7' }, { place: 'field', by: 'claim' }],
    ['no address', { office: 'hall', clientAddress: 'localhost' }, { place: 'hall', by: 'claim' }],
    ['several addresses', { office: 'hall', clientAddress: '203.0.113.7, 10.0.0.1' }, { place: 'hall', by: 'claim' }],
    ['an address alone', { clientAddress: '203.0.113.1' }, { place: 'hall', by: 'egress' }],
    ['an address that two offices share', { clientAddress: '198.51.100.7' }, undefined],
    ['an address that is nobody’s', { clientAddress: '203.0.113.8' }, undefined],
    ['the code', { office: 'hall', code }, { place: 'hall', by: 'code' }],
    ['another office’s code', { office: 'field', code }, { refused: 'code-wrong' }],
    ['the code of an office that shows none', { office: 'annex', code, clientAddress: '198.51.100.7' }, { refused: 'code-wrong' }],
    ['a wrong code from the right address', { office: 'hall', code: 'x', clientAddress: '203.0.113.1' }, { refused: 'code-wrong' }],
    ['a code of no office', { code }, { refused: 'office-unknown' }],
    ['an office that is none', { office: 'constructor' }, { refused: 'office-unknown' }],
    ['a kiosk', { kiosk: 'thumb', office: 'hall' }, { place: 'kiosk:thumb', by: 'kiosk' }],
  ])('where %s', (_name, facts, place) => expect(placeFrom(facts, rules)).toEqual(place))

  it('is no office’s where there are none', () => {
    const none = placeRules(undefined, [secret], 'opd-9', AT)
    expect(placeFrom({ clientAddress: '203.0.113.7' }, none)).toBeUndefined()
    expect(placeFrom({ office: 'hall' }, none)).toEqual({ refused: 'office-unknown' })
  })

  it('that is only said is not shown', () => {
    expect(['kiosk', 'egress', 'code', 'claim', null, undefined, 'other'].map((by) => isShown(by))).toEqual([
      ...[true, true, true],
      ...[false, false, false, false],
    ])
  })
})

describe('the file of offices', () => {
  it('is read', async () => {
    expect([...offices.keys()]).toEqual(['opd-1', 'opd-2'])
    expect(offices.get('opd-1')?.get('field')).toEqual({ officeId: 'field', name: 'Field post', code: true })
    expect(parseOffices('{}').size).toBe(0)
    await expect(readOffices('/nowhere/offices.json')).rejects.toMatchObject({
      code: 'offices-malformed',
      message: expect.stringContaining('/nowhere/') as string,
    })
  })

  it.each<[path: string, value: unknown]>([
    ['$', []],
    ['$', null],
    ['OPD', { OPD: {} }],
    ['opd', { opd: [] }],
    ['opd.Hall', { opd: { Hall: { name: 'x' } } }],
    ['opd.hall', { opd: { hall: 'x' } }],
    ['opd.hall.name', { opd: { hall: {} } }],
    ['opd.hall.name', { opd: { hall: { name: 'a\u0000' } } }],
    ['opd.hall.code', { opd: { hall: { name: 'x', code: 'true' } } }],
    ['opd.hall.ergess', { opd: { hall: { name: 'x', ergess: [] } } }],
    ['opd.hall.egress', { opd: { hall: { name: 'x', egress: [] } } }],
    ['opd.hall.egress', { opd: { hall: { name: 'x', egress: '203.0.113.7' } } }],
    ...[
      '0.0.0.0/0',
      '::/0',
      '203.0.113.0/33',
      '203.0.113.0/',
      '203.0.113.0/8/8',
      '203.0.113',
      'fe80::1%eth0',
      '2001:db8::/129',
      '203.0.113.7/-1',
      '',
      7,
    ].map((range): [string, unknown] => ['opd.hall.egress[1]', { opd: { hall: { name: 'x', egress: ['192.0.2.1', range] } } }]),
  ])('says that %s is wrong in %j', (path, value) => {
    expect(() => parseOffices(JSON.stringify(value))).toThrow(
      expect.objectContaining({ path, message: expect.stringContaining(`${path} `) as string }),
    )
  })

  it('is a fault of its own kind whatever it holds', () => {
    expect(() => parseOffices('{')).toThrow(OfficesError)
    fc.assert(
      fc.property(fc.json(), (text) => {
        try {
          parseOffices(text)
        } catch (error) {
          expect(error).toBeInstanceOf(OfficesError)
        }
      }),
    )
  })
})
