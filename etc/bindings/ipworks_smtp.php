<?php
// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/*
 * The procedural mail interface for PHP, over libsmtp_component with FFI (PHP 7.4 or later, php-ffi).
 *
 *     require 'ipworks_smtp.php';
 *     $smtp = ipworks_smtp_open();
 *     ipworks_smtp_set($smtp, 20, 'mail.example.com');    // MailServer
 *     ipworks_smtp_set($smtp, 14, 'app@example.com');     // From
 *     ipworks_smtp_set($smtp, 40, 'alice@example.net');   // SendTo
 *     ipworks_smtp_set($smtp, 33, "It is on its way.\r\n"); // MessageText
 *     if (ipworks_smtp_do_send($smtp) != 0) echo ipworks_smtp_get_last_error($smtp);
 *     ipworks_smtp_close($smtp);
 *
 * The numbers of properties and events are those of smtp_component.h. Functions return 0 or the number of an error; after
 * ipworks_smtp_get, _do_config and _do_queue ask ipworks_smtp_get_last_error_code. SMTP_COMPONENT_LIBRARY in the environment
 * names another library than the one that is installed.
 */

declare(strict_types=1);

/** The library, and what goes between it and PHP. */
final class IPWorksSMTPLibrary
{
    /** The properties that are True or False, and those that are numbers. */
    private const FLAGS = [1, 6, 8, 15];
    private const NUMBERS = [2, 9, 12, 16, 19, 23, 28, 32, 36, 41, 43];

    private const DECLARATIONS = <<<'END'
        typedef struct { const char *name; const char *text; int64_t number; } smtp_component_argument;
        typedef void (*smtp_component_callback)(int64_t, int, const smtp_component_argument *, int, void *);
        int64_t smtp_component_open(void);
        int smtp_component_close(int64_t);
        int smtp_component_register_callback(int64_t, int, smtp_component_callback, void *);
        const char *smtp_component_get_last_error(int64_t);
        int smtp_component_get_last_error_code(int64_t);
        int smtp_component_set_bytes(int64_t, int, int, const char *, size_t);
        const void *smtp_component_get_bytes(int64_t, int, int, size_t *);
        const char *smtp_component_do_config(int64_t, const char *);
        int smtp_component_do_connect(int64_t);
        int smtp_component_do_disconnect(int64_t);
        int smtp_component_do_doevents(int64_t);
        int smtp_component_do_expand(int64_t, const char *);
        int smtp_component_do_interrupt(int64_t);
        int smtp_component_do_processqueue(int64_t, const char *);
        const char *smtp_component_do_queue(int64_t, const char *);
        int smtp_component_do_resetheaders(int64_t);
        int smtp_component_do_send(int64_t);
        int smtp_component_do_sendtoterminalandemail(int64_t);
        int smtp_component_do_sendtoterminalonly(int64_t);
        int smtp_component_do_sendtoterminaloremail(int64_t);
        int smtp_component_do_verify(int64_t, const char *);
        END;

    private static ?FFI $library = null;
    /** What a callback has thrown: it cannot pass through the library. */
    private static ?Throwable $thrown = null;

    private static function library(): FFI
    {
        return self::$library ??= FFI::cdef(
            self::DECLARATIONS,
            getenv('SMTP_COMPONENT_LIBRARY') ?: 'libsmtp_component.so.1'
        );
    }

    /** Calls a function of the library; what a callback has thrown meanwhile is thrown on. */
    public static function call(string $name, ...$arguments)
    {
        $result = self::library()->{"smtp_component_$name"}(...$arguments);
        if (self::$thrown !== null) {
            $thrown = self::$thrown;
            self::$thrown = null;
            throw $thrown;
        }
        return $result;
    }

    public static function registerCallback(int $handle, int $event, ?callable $function): int
    {
        $callback = $function === null ? null : static function ($handle, $event, $arguments, $count) use ($function): void {
            try {
                $values = [];
                for ($i = 0; $i < $count; $i++) {
                    $argument = $arguments[$i];
                    $isText = $argument->text !== null;
                    $values[strtolower(self::text($argument->name))] = $isText ? self::text($argument->text) : $argument->number;
                }
                $function($values);
            } catch (Throwable $thrown) {
                self::$thrown ??= $thrown;
                self::library()->smtp_component_do_interrupt($handle);
            }
        };
        return self::call('register_callback', $handle, $event, $callback, null);
    }

    public static function set(int $handle, int $property, int $index, $value): int
    {
        $text = is_bool($value) ? ($value ? 'True' : 'False') : (string) $value;
        return self::call('set_bytes', $handle, $property, $index, $text, strlen($text));
    }

    public static function get(int $handle, int $property, int $index)
    {
        $length = self::library()->new('size_t');
        $bytes = self::call('get_bytes', $handle, $property, $index, FFI::addr($length));
        $text = FFI::string(self::library()->cast('char *', $bytes), $length->cdata);
        if (self::call('get_last_error_code', $handle) !== 0) {
            return '';
        }
        if (in_array($property, self::FLAGS, true)) {
            return $text === 'True';
        }
        return in_array($property, self::NUMBERS, true) ? (int) $text : $text;
    }

    private static function text($pointer): string
    {
        return is_string($pointer) ? $pointer : FFI::string($pointer);
    }
}

/** Makes a component; its argument is ignored. Greater than 0. */
function ipworks_smtp_open($ignored = null)
{
    return IPWorksSMTPLibrary::call('open');
}

/** Ends a component. */
function ipworks_smtp_close($res)
{
    return IPWorksSMTPLibrary::call('close', $res);
}

/** Has a function called for an event, with one array: the arguments by their names in lower case. */
function ipworks_smtp_register_callback($res, $id, $function)
{
    return IPWorksSMTPLibrary::registerCallback($res, $id, $function);
}

/** What went wrong in the last call. */
function ipworks_smtp_get_last_error($res)
{
    return IPWorksSMTPLibrary::call('get_last_error', $res);
}

/** The number of what went wrong in the last call; 0 for nothing. */
function ipworks_smtp_get_last_error_code($res)
{
    return IPWorksSMTPLibrary::call('get_last_error_code', $res);
}

/** Sets a property: with an index and a value, or with the value alone. */
function ipworks_smtp_set($res, $id, $index, $value = null)
{
    return func_num_args() < 4
        ? IPWorksSMTPLibrary::set($res, $id, 0, $index)
        : IPWorksSMTPLibrary::set($res, $id, (int) $index, $value);
}

/** The value of a property. */
function ipworks_smtp_get($res, $id, $index = 0)
{
    return IPWorksSMTPLibrary::get($res, $id, (int) $index);
}

/** Sets (NAME=VALUE) or reads (NAME) a setting; returns its value. */
function ipworks_smtp_do_config($res, $configurationString)
{
    return IPWorksSMTPLibrary::call('do_config', $res, (string) $configurationString);
}

/** Connects to the server. */
function ipworks_smtp_do_connect($res)
{
    return IPWorksSMTPLibrary::call('do_connect', $res);
}

/** Hangs up. */
function ipworks_smtp_do_disconnect($res)
{
    return IPWorksSMTPLibrary::call('do_disconnect', $res);
}

/** Calls the callbacks of what has happened. */
function ipworks_smtp_do_doevents($res)
{
    return IPWorksSMTPLibrary::call('do_doevents', $res);
}

/** Asks the server who is on a list. */
function ipworks_smtp_do_expand($res, $emailAddress)
{
    return IPWorksSMTPLibrary::call('do_expand', $res, (string) $emailAddress);
}

/** Stops the method that runs. */
function ipworks_smtp_do_interrupt($res)
{
    return IPWorksSMTPLibrary::call('do_interrupt', $res);
}

/** Sends what waits in a queue directory. */
function ipworks_smtp_do_processqueue($res, $queueDir)
{
    return IPWorksSMTPLibrary::call('do_processqueue', $res, (string) $queueDir);
}

/** Puts the message into a queue directory; returns the name of the file. */
function ipworks_smtp_do_queue($res, $queueDir)
{
    return IPWorksSMTPLibrary::call('do_queue', $res, (string) $queueDir);
}

/** Sets back all that belongs to the headers. */
function ipworks_smtp_do_resetheaders($res)
{
    return IPWorksSMTPLibrary::call('do_resetheaders', $res);
}

/** Sends the message. */
function ipworks_smtp_do_send($res)
{
    return IPWorksSMTPLibrary::call('do_send', $res);
}

/** Sends the message to terminals and mailboxes. */
function ipworks_smtp_do_sendtoterminalandemail($res)
{
    return IPWorksSMTPLibrary::call('do_sendtoterminalandemail', $res);
}

/** Sends the message to terminals. */
function ipworks_smtp_do_sendtoterminalonly($res)
{
    return IPWorksSMTPLibrary::call('do_sendtoterminalonly', $res);
}

/** Sends the message to terminals or mailboxes. */
function ipworks_smtp_do_sendtoterminaloremail($res)
{
    return IPWorksSMTPLibrary::call('do_sendtoterminaloremail', $res);
}

/** Asks the server for a mailbox. */
function ipworks_smtp_do_verify($res, $emailAddress)
{
    return IPWorksSMTPLibrary::call('do_verify', $res, (string) $emailAddress);
}
