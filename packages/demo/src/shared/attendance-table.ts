import type { Moment, Today } from './agency.js'
import { timeIn } from './clock.js'
import { make } from './dom.js'
import type { Language, Say } from './language.js'

/** Who came and went today; a line of words where nobody did. */
export function attendanceTable({ rows, timeZone }: Today, say: Say, language: Language): HTMLElement {
  if (rows.length === 0) return make('p', { class: 'empty' }, say('attendance-none'))
  const columns = ['column-employee', 'column-arrival', 'column-departure'] as const
  const cell = (moment: Moment | undefined, label: string): HTMLElement => {
    // One element, so that a narrow screen can put it beside its label.
    const told = moment === undefined ? [say('not-yet')] : [timeIn(timeZone, new Date(moment.at), language), make('small', {}, moment.assurance)]
    return make('td', { 'data-label': label }, make('span', {}, ...told))
  }
  const body = rows.map(({ employee, arrival, departure }) => {
    const name = make('th', { scope: 'row' }, employee)
    return make('tr', {}, name, cell(arrival, say('column-arrival')), cell(departure, say('column-departure')))
  })
  const head = make('tr', {}, ...columns.map((column) => make('th', { scope: 'col' }, say(column))))
  return make('table', { class: 'attendance' }, make('thead', {}, head), make('tbody', {}, ...body))
}
