/** The configurations in README.md: each is read without a complaint, and means what the text around it says. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspectSettings } from '../../src/config/inspection.ts';
import { textOf } from '../house/source-files.ts';
import { surroundingsWith } from './surroundings.ts';

const file = '/etc/ssmtp/ssmtp.conf';
const recipes = [...textOf('README.md').matchAll(/^```ini\n(.*?)^```$/gms)].map(([, text = '']) => text);

function inspected(text: string) {
  return inspectSettings({}, surroundingsWith({ [file]: text }));
}

/** Of the recipe for a profile. */
function settingsOf(profile: string) {
  const recipe = recipes.find((text) => text.startsWith(`Profile=${profile}\n`));
  return inspected(recipe ?? `there is no recipe for ${profile}`).settings;
}

describe("README.md's configurations", () => {
  for (const text of recipes) {
    test(`README.md's configuration is read without a complaint: ${text.split('\n')[0]}`, () => {
      const { errors, warnings } = inspected(text);
      assert.deepEqual({ errors, warnings }, { errors: [], warnings: [] });
    });
  }

  test("README.md's configurations are those of the well-known providers and more", () =>
    assert.ok(recipes.length >= 5));

  for (const [profile, host, sendAs, authMethod] of [
    ['gmail', 'smtp.gmail.com', 'me@gmail.com', undefined],
    ['office365', 'smtp.office365.com', 'server@example.org', 'XOAUTH2'],
    ['ses', 'email-smtp.eu-west-1.amazonaws.com', 'server@example.org', undefined],
  ] as const) {
    test(`README.md's configuration for ${profile} goes to ${host}, port 587, with STARTTLS`, () => {
      const settings = settingsOf(profile);
      assert.deepEqual(
        [settings?.mailhub, settings?.tls, settings?.sendAs, settings?.authMethod],
        [{ host, port: 587 }, 'starttls', sendAs, authMethod],
      );
    });
  }
});
