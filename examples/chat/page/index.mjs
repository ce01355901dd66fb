/** Serves the page of the chat sample: a function behind `GET /` of a REST API. */
import { readFileSync } from 'node:fs';

const page = readFileSync(new URL('page.html', import.meta.url), 'utf8');

export async function handler() {
  return {
    statusCode: 200,
    headers: { 'Content-Type': 'text/html; charset=utf-8' },
    body: page.replace('{{chatUrl}}', process.env.CHAT_URL),
  };
}
