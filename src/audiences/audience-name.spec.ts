import { expect, it } from 'vitest';
import { audienceName } from './audience-name.js';

it.each([
  ['power_users', 'Power users'],
  ['vip', 'Vip'],
  ['VIP_customers', 'VIP customers'],
  ['_a__b_', 'A b'],
  ['j_o_first_purchase__opened_email_dje83h', 'J o first purchase opened email dje83h'],
  ['épée_rouge', 'Épée rouge'],
  ['𐐨x', '𐐀x'],
  ['7_days', '7 days'],
  ['___', '___'],
])('names the audience of %s %s', (key, name) => {
  expect(audienceName(key)).toBe(name);
});
