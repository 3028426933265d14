import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSessionCookies } from '../../src/agency/session-cookie.js'

const cookies = createSessionCookies()
const pair = (setCookie: string): string => setCookie.split(';')[0] ?? ''

describe('the demo’s login cookie', () => {
  it('says who it was written for, whatever they are called, beside other cookies', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (name) => {
        expect(cookies.read('employee', `a=b; ${pair(cookies.write('employee', name))}; c=d`)).toBe(name)
      }),
    )
  })

  it('is out of reach of scripts and of other sites', () => {
    for (const written of [cookies.write('officer', 'x'), cookies.clear('officer')]) expect(written).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/u)
    expect(cookies.clear('officer')).toContain('Max-Age=0')
  })

  it('is nobody’s once any of it is changed, cut or made up', () => {
    const own = pair(cookies.write('employee', 'pegawai-1'))
    fc.assert(
      fc.property(fc.nat({ max: own.length - 1 }), fc.string({ maxLength: 3 }), (at, put) => {
        const changed = own.slice(0, at) + put + own.slice(at + 1)
        fc.pre(changed !== own && changed.trim() !== own)
        expect(cookies.read('employee', changed)).toBeUndefined()
      }),
    )
    fc.assert(fc.property(fc.string(), (header) => void expect(cookies.read('employee', header)).toBeUndefined()))
  })

  it('of an employee logs in no officer, and one of another process nobody', () => {
    const asOfficer = pair(cookies.write('employee', 'x')).replace('lintas-demo-employee', 'lintas-demo-officer')
    expect(cookies.read('officer', asOfficer)).toBeUndefined()
    expect(cookies.read('employee', pair(createSessionCookies().write('employee', 'x')))).toBeUndefined()
  })

  it('that stands there twice is nobody’s', () => {
    const [one, two] = [pair(cookies.write('employee', 'a')), pair(cookies.write('employee', 'b'))]
    expect(cookies.read('employee', `${one}; ${two}`)).toBeUndefined()
  })
})
