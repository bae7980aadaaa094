<?php
// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

// The same in PHP, with the numbers that scripts of the documented interface have. There are no threads: a callback interrupts.

[, $securePort, $authorities, $queue, $scriptedPort, $hangingPort] = $argv;
require getenv('BINDINGS') . '/ipworks_smtp.php';

$smtp = ipworks_smtp_open('ignored');
$interrupts = false;

function result(string $name, int $code): void
{
    global $smtp;
    echo "$name $code\n";
    if ($code !== ipworks_smtp_get_last_error_code($smtp)) exit(3);
}

for ($event = 1; $event <= 7; $event++) {
    result('register', ipworks_smtp_register_callback($smtp, $event, function (array $arguments) use ($event, $smtp, &$interrupts) {
        echo "event $event";
        foreach ($arguments as $name => $value) echo " $name=$value";
        echo "\n";
        if ($interrupts && strncmp($arguments['message'] ?? '', 'MAIL FROM', 9) === 0) ipworks_smtp_do_interrupt($smtp);
        return $arguments;
    }));
}

ipworks_smtp_set($smtp, 20, 'localhost');
ipworks_smtp_set($smtp, 19, (int) $securePort);
ipworks_smtp_set($smtp, 44, 'app');
ipworks_smtp_set($smtp, 35, 0, 'sesame');
ipworks_smtp_do_config($smtp, 'TLS=starttls');
ipworks_smtp_do_config($smtp, "TLSCAFile=$authorities");
ipworks_smtp_do_config($smtp, 'Charset=UTF-8');
ipworks_smtp_set($smtp, 14, 'App <app@app.example>');
ipworks_smtp_set($smtp, 40, 'Älice <alice@example.net>');
ipworks_smtp_set($smtp, 28, 2);
ipworks_smtp_set($smtp, 29, 1, 'bob@example.net');
ipworks_smtp_set($smtp, 32, 1, 1);
ipworks_smtp_set($smtp, 42, 'Grüße');
ipworks_smtp_set($smtp, 34, "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"----parts----\"\r\n");
ipworks_smtp_set(
    $smtp,
    33,
    "------parts----\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nSchöne Grüße\r\n------parts----\r\n"
    . "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
    . "Content-Disposition: attachment; filename=\"data.bin\"\r\n\r\n" . base64_encode("\0\1\2\xff") . "\r\n------parts------\r\n"
);

result('connect', ipworks_smtp_do_connect($smtp));
result('send', ipworks_smtp_do_send($smtp));
result('verify', ipworks_smtp_do_verify($smtp, 'alice@example.net'));
echo 'LastReply ', substr(ipworks_smtp_get($smtp, 17), 0, 3), "\n";
result('Command', ipworks_smtp_set($smtp, 5, 'NOOP'));
echo 'Connected ', var_export(ipworks_smtp_get($smtp, 6), true) === 'true' ? 'True' : 'False', "\n";
result('disconnect', ipworks_smtp_do_disconnect($smtp));

foreach (['False', 'True'] as $keep) {
    ipworks_smtp_do_config($smtp, "KeepQueue=$keep");
    echo 'queue ', ipworks_smtp_do_queue($smtp, $queue), "\n";
    result('processqueue', ipworks_smtp_do_processqueue($smtp, $queue));
}

ipworks_smtp_do_config($smtp, 'TLS=none');
ipworks_smtp_set($smtp, 44, '');
ipworks_smtp_set($smtp, 19, $scriptedPort);
result('expand', ipworks_smtp_do_expand($smtp, 'staff'));
ipworks_smtp_set($smtp, 3, 'refused@example.net');
result('send', ipworks_smtp_do_send($smtp));
result('sendtoterminalonly', ipworks_smtp_do_sendtoterminalonly($smtp));
echo 'error ', ipworks_smtp_get_last_error($smtp), "\n";
result('resetheaders', ipworks_smtp_do_resetheaders($smtp));
result('send', ipworks_smtp_do_send($smtp));

ipworks_smtp_set($smtp, 14, 'app@app.example');
ipworks_smtp_set($smtp, 40, 'alice@example.net');
ipworks_smtp_set($smtp, 19, $hangingPort);
$interrupts = true;
result('send', ipworks_smtp_do_send($smtp));
result('doevents', ipworks_smtp_do_doevents($smtp));

// What a callback throws comes out of the method.
ipworks_smtp_register_callback($smtp, 5, function () { throw new DomainException('out of the callback'); });
try {
    ipworks_smtp_do_send($smtp);
    exit(4);
} catch (DomainException $thrown) {
    ipworks_smtp_register_callback($smtp, 5, null);
}
// Neither a wrong handle nor a wrong number is more than an error.
if (ipworks_smtp_set(99, 1, true) !== 198 || ipworks_smtp_set($smtp, 45, 1) !== 197 || ipworks_smtp_get($smtp, 29, 7) !== '') exit(5);

echo 'close ', ipworks_smtp_close($smtp), "\n";
