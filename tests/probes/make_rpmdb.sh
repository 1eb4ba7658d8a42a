#!/usr/bin/env bash
# Makes data/rpmdb.sqlite.xz and data/rpmdb.txt with rpm's own tools (Debian: rpm 4.18), as root: three small packages,
# one with an epoch, one without files, one installed without its documentation.
set -euo pipefail
cd "$(dirname "$0")/data"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME=$work
mkdir -p "$work"/top/{SPECS,BUILD,RPMS,SOURCES,SRPMS,BUILDROOT} "$work/root/var/lib/rpm"

write_spec() {
    local name=$1 version=$2 epoch=$3
    cat >"$work/top/SPECS/$name.spec" <<SPEC
Name: $name
$epoch
Version: $version
Release: 3
Summary: $name
License: MIT
BuildArch: noarch
%description
$name
%install
mkdir -p %{buildroot}/usr/share/$name/deep %{buildroot}/etc %{buildroot}/usr/share/doc/$name
printf one >%{buildroot}/usr/share/$name/one
printf twotwo >%{buildroot}/usr/share/$name/deep/two
printf odd >"%{buildroot}/usr/share/$name/with space"
printf 'x=1\n' >%{buildroot}/etc/$name.conf
printf 'read me' >%{buildroot}/usr/share/doc/$name/README
ln -s one %{buildroot}/usr/share/$name/link
%files
%dir /usr/share/$name
%dir /usr/share/$name/deep
/usr/share/$name/one
/usr/share/$name/deep/two
"/usr/share/$name/with space"
/usr/share/$name/link
%config /etc/$name.conf
%doc /usr/share/doc/$name/README
SPEC
}

write_spec alpha 1.5 "Epoch: 2"
write_spec beta 0.9~rc1 ""
printf 'Name: empty\nVersion: 1\nRelease: 1\nSummary: none\nLicense: MIT\n%%description\nnone\n%%files\n' \
    >"$work/top/SPECS/empty.spec"
for name in alpha beta empty; do
    rpmbuild -bb --quiet --define "_topdir $work/top" --define "_buildhost localhost" "$work/top/SPECS/$name.spec"
done
database=(--root "$work/root" --dbpath /var/lib/rpm)
rpmdb "${database[@]}" --initdb
rpm "${database[@]}" -i --nodeps "$work"/top/RPMS/*/{alpha,empty}*.rpm
rpm "${database[@]}" -i --nodeps --excludedocs "$work"/top/RPMS/*/beta*.rpm
{
    rpm "${database[@]}" -qa --qf '%{NAME}|%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}|%{ARCH}|%{SIZE}\n' | sort
    for name in alpha beta; do
        rpm "${database[@]}" -q --qf '[%{=NAME}|%{FILENAMES}|%{FILESTATES:fstate}\n]' "$name"
    done
} >rpmdb.txt
xz -9e <"$work/root/var/lib/rpm/rpmdb.sqlite" >rpmdb.sqlite.xz
