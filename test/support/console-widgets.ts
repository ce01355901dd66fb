/** What people do with the console's widgets, in words of Playwright. */
import type { Locator, Page } from 'playwright-core';

type Area = Page | Locator;

const pageOf = (area: Area): Page => ('page' in area ? area.page() : area);

/** Chooses an option of a list that opens. */
export async function choose(area: Area, label: string, option: string | RegExp): Promise<void> {
  // A field's own name stands first, what is chosen after it; an option's before its description.
  await area.getByRole('button', { name: beginningWith(label) }).click();
  await pageOf(area)
    .getByRole('option', { name: typeof option === 'string' ? beginningWith(option) : option })
    .first()
    .click();
}

const beginningWith = (text: string): RegExp => new RegExp(`^${text.replace(/[^\w ]/g, '\\$&')}(\\s|$)`);

/** The dialog that is open. */
export const dialogOf = (page: Page, title: string): Locator => page.getByRole('dialog', { name: title });

/** Waits for a message of success, and takes it away so that the next one is seen. */
export async function seen(page: Page, message: string | RegExp): Promise<void> {
  const shown = page.getByText(message, { exact: typeof message === 'string' }).first();
  await shown.waitFor();
  await page.getByRole('button', { name: 'Dismiss message' }).first().click();
  await shown.waitFor({ state: 'detached' });
}

/** Saves the box of settings that has this title. */
export async function save(page: Page, message: string): Promise<void> {
  await page.getByRole('button', { name: 'Save changes' }).click();
  await seen(page, message);
}

/** Replaces what stands in the code editor of this name. */
export async function writeCode(area: Area, label: string, text: string): Promise<void> {
  await area.getByRole('textbox', { name: label }).fill(text);
}

/** Selects the row that holds this text. */
export const selectRow = (area: Area, text: string): Promise<void> =>
  area.getByRole('row').filter({ hasText: text }).getByRole('radio').check({ force: true });
