# supervise.pl COMMAND …: plays the service manager for tests: holds a listening socket and hands it to COMMAND as
# systemd does, and hears what it tells. Prints "port N" first; then takes lines on standard input:
#   start          runs COMMAND, prints "started PID"
#   signal NAME    sends it a signal
# Prints "told STATE" for what the program tells, "ended CODE" when it ends. It ends with its standard input.
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use POSIX ();
use Socket;

$| = 1;
$^F = 3;
my $listening = IO::Socket::INET->new(Listen => 1024, LocalAddr => '127.0.0.1', LocalPort => 0, ReuseAddr => 1) or die "listen: $!";
my $path = "$ENV{SUPERVISE_FOLDER}/notify";
socket(my $notify, AF_UNIX, SOCK_DGRAM, 0) or die "socket: $!";
bind($notify, pack_sockaddr_un($path)) or die "bind: $!";
my $child = 0;
print 'port ', $listening->sockport, "\n";

sub start {
    my $pid = fork // die "fork: $!";
    if ($pid == 0) {
        POSIX::dup2(fileno($listening), 3);
        $ENV{NOTIFY_SOCKET} = $path;
        $ENV{LISTEN_FDS} = 1;
        $ENV{LISTEN_PID} = $$;
        exec(@ARGV) or POSIX::_exit(127);
    }
    $child = $pid;
    print "started $pid\n";
}

# Asked for rather than signalled: a SIGCHLD that comes just before select sleeps would be noticed with the next input only.
sub reap {
    while ((my $pid = waitpid(-1, POSIX::WNOHANG())) > 0) {
        print 'ended ', $? & 127 ? 'by signal ' . ($? & 127) : $? >> 8, "\n";
        $child = 0;
    }
}

my $select = IO::Select->new(\*STDIN, $notify);
my $input = '';
while (1) {
    my @ready = $select->can_read(0.02);
    reap() unless @ready; # what it told before its end comes first
    for my $ready (@ready) {
        if ($ready == $notify) {
            recv($notify, my $state, 4096, 0);
            print 'told ', join(' ', split(/\n/, $state)), "\n";
        } else {
            if (!sysread(STDIN, $input, 4096, length $input)) {
                if ($child) { kill 'KILL', $child; waitpid($child, 0) } # its folder is about to go
                exit 0;
            }
            while ($input =~ s/^(.*)\n//) {
                my ($word, $name) = split(' ', $1);
                if ($word eq 'start') { start() } elsif ($child) { kill $name, $child }
            }
        }
    }
}
