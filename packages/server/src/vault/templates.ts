import { decodeTemplate, encodeTemplate, type Template } from '@lintas/core/reference'
import { VaultError } from './errors.js'
import type { Keyring, Sealed } from './keyring.js'

/** Where a sealed template belongs. */
export interface TemplatePlace {
  readonly tenantId: string
  readonly subjectId: string
  readonly referenceId: string
}

/** What a template is sealed to: put in the place of another it does not open. */
export const templateAad = ({ tenantId, subjectId, referenceId }: TemplatePlace): readonly string[] => [
  tenantId,
  subjectId,
  referenceId,
  'lintas-template/1',
]

/** @throws LintasError `template-invalid` */
export function sealTemplate(keyring: Keyring, place: TemplatePlace, template: Template): Sealed {
  return keyring.seal('template', Buffer.from(encodeTemplate(template)), templateAad(place))
}

/** The template, in clear: biometric data. @throws VaultError `key-missing`, `unsealable` */
export function openTemplate(keyring: Keyring, place: TemplatePlace & Sealed): Template {
  const plain = keyring.open('template', place, templateAad(place))
  try {
    return decodeTemplate(Buffer.from(plain).toString('utf8'))
  } catch {
    throw new VaultError('unsealable', 'what was sealed is no template', { referenceId: place.referenceId })
  }
}
