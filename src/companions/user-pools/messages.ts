/** Codes and passwords that AWS would send by e-mail or SMS: here they go to the log, and the last of them can be read on a page of dev mode. */
import { randomInt } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../ports/telemetry.ts';
import type { CodeDeliveryDetailsType } from '../../wire/generated/cognito-idp.ts';
import type { PoolRecord, UserRecord } from './records.ts';
import { type Triggers, triggerAttributes } from './triggers.ts';

export interface Message {
  readonly poolId: string;
  readonly username: string;
  /** Trigger source of CustomMessage, `CustomMessage_SignUp`. */
  readonly source: string;
  readonly medium: 'EMAIL' | 'SMS';
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** The code, or the temporary password. */
  readonly code: string;
  readonly sentMs: number;
}

export interface Delivery {
  readonly pool: PoolRecord;
  readonly user: UserRecord;
  readonly clientId: string | undefined;
  readonly source: string;
  readonly code: string;
  /** `email` or `phone_number`; where the code goes and what it verifies. */
  readonly attribute: 'email' | 'phone_number';
  /** Another address than the user's own: one that is to become it. */
  readonly to?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface Messenger {
  /** Six digits, or what the settings fix for tests. */
  newCode(): string;
  /** Sends a code; throws what a CustomMessage function's failure means. */
  send(delivery: Delivery): Promise<CodeDeliveryDetailsType>;
  /** The latest messages of a pool, oldest first. */
  sent(poolId: string): readonly Message[];
  clear(): void;
}

const maxKept = 200;

/** A messenger that writes to the log. */
export function createMessenger(parts: {
  readonly triggers: Triggers;
  readonly log: Log;
  readonly clock: Clock;
  readonly fixedCode: string | undefined;
}): Messenger {
  const { triggers, log, clock, fixedCode } = parts;
  let kept: Message[] = [];

  return {
    newCode: () => fixedCode ?? String(randomInt(1_000_000)).padStart(6, '0'),
    async send({ pool, user, clientId, source, code, attribute, to, metadata }) {
      const medium = attribute === 'email' ? 'EMAIL' : 'SMS';
      const address = to ?? user.attributes[attribute] ?? '';
      const isInvitation = source === 'CustomMessage_AdminCreateUser';
      const custom = await triggers.call({
        trigger: 'CustomMessage',
        source,
        pool,
        clientId,
        username: user.username,
        request: {
          userAttributes: triggerAttributes(user),
          codeParameter: '{####}',
          linkParameter: '{##Click Here##}',
          usernameParameter: isInvitation ? '{username}' : null,
          ...(metadata !== undefined && { clientMetadata: metadata }),
        },
        response: { smsMessage: null, emailMessage: null, emailSubject: null },
      });
      const template = templateOf(pool, medium, isInvitation);
      const text = String(custom?.[medium === 'SMS' ? 'smsMessage' : 'emailMessage'] ?? template.text);
      const message: Message = {
        poolId: pool.id,
        username: user.username,
        source,
        medium,
        to: address,
        subject: String(custom?.['emailSubject'] ?? template.subject),
        text: text.replaceAll('{####}', code).replaceAll('{username}', user.username),
        code,
        sentMs: clock.now(),
      };
      kept = [...kept, message].slice(-maxKept);
      const { poolId, username } = message;
      log.info(`A message for ${username} of user pool ${poolId} by ${medium} to ${address}: ${message.text}`, {
        pool: poolId,
        username,
        code,
      });
      return { Destination: masked(medium, address), DeliveryMedium: medium, AttributeName: attribute };
    },
    sent: (poolId) => kept.filter((message) => message.poolId === poolId),
    clear() {
      kept = [];
    },
  };
}

/** Where a code went, as callers are told: `j***@e***`, `+*******1234`. */
export function masked(medium: 'EMAIL' | 'SMS', address: string): string {
  if (medium === 'SMS') return `+*******${address.slice(-4)}`;
  const [name = '', domain = ''] = address.split('@');
  return `${name.slice(0, 1)}***@${domain.slice(0, 1)}***`;
}

interface Template {
  readonly subject: string;
  readonly text: string;
}

/** The pool's own wording, or Cognito's. */
function templateOf({ settings }: PoolRecord, medium: 'EMAIL' | 'SMS', isInvitation: boolean): Template {
  if (isInvitation) {
    const { EmailSubject, EmailMessage, SMSMessage } = settings.AdminCreateUserConfig?.InviteMessageTemplate ?? {};
    const text = medium === 'SMS' ? SMSMessage : EmailMessage;
    return {
      subject: EmailSubject ?? 'Your temporary password',
      text: text ?? 'Your username is {username} and temporary password is {####}.',
    };
  }
  const { EmailSubject, EmailMessage, SmsMessage } = settings.VerificationMessageTemplate ?? {};
  const text =
    medium === 'SMS'
      ? (SmsMessage ?? settings.SmsVerificationMessage)
      : (EmailMessage ?? settings.EmailVerificationMessage);
  return {
    subject: EmailSubject ?? settings.EmailVerificationSubject ?? 'Your verification code',
    text: text ?? (medium === 'SMS' ? 'Your verification code is {####}.' : 'Your confirmation code is {####}'),
  };
}
