"""What shells and system libraries say in other languages, by what they say in English."""

from collections.abc import Mapping

__all__ = ["in_english", "spoken_in"]

_SENTENCES = {
    "No such file or directory": (
        "Datei oder Verzeichnis nicht gefunden", "Aucun fichier ou dossier de ce type",
        "No existe el archivo o el directorio",
        "No existe el fichero o el directorio",
        "File o directory non esistente",
        "Arquivo ou diretório inexistente", "Ficheiro ou directoria inexistente", "Bestand of map bestaat niet",
        "Nie ma takiego pliku ani katalogu",
        "Нет такого файла или каталога", "没有那个文件或目录", "沒有此一檔案或目錄",
        "そのようなファイルやディレクトリはありません",
    ),
    "command not found": (
        "Kommando nicht gefunden", "Befehl nicht gefunden", "commande introuvable", "orden no encontrada",
        "no se encontró la orden", "comando non trovato", "comando não encontrado", "opdracht niet gevonden",
        "nie znaleziono polecenia", "команда не найдена", "未找到命令", "找不到命令",
        "コマンドが見つかりません",
    ),
    "Permission denied": (
        "Keine Berechtigung", "Permission non accordée", "Permiso denegado", "Permesso negato", "Permissão negada",
        "Toegang geweigerd", "Brak dostępu", "Отказано в доступе", "权限不够",
        "拒絕不符權限的操作", "許可がありません",
    ),
    "Segmentation fault": (
        "Speicherzugriffsfehler", "Erreur de segmentation", "Violación de segmento", "`core' generado",
        "Errore di segmentazione", "Falha de segmentação", "Segmentatiefout", "Naruszenie ochrony pamięci",
        "Ошибка сегментирования", "段错误", "程式記憶體區段錯誤",
        "Segmentation fault (コアダンプ)",
    ),
    "Killed": (
        "Getötet", "Tué", "Processus arrêté", "Terminado (killed)", "Matado", "Ucciso", "Morto", "Unicestwiony",
        "Убито", "已杀死", "已砍掉", "強制終了",
    ),
    "Aborted": (
        "Abgebrochen", "Abandon", "Abortado", "Annullato", "Przerwane",
        "Аварийный останов", "已放弃", "中止しました",
    ),
    "No space left on device": (
        "Auf dem Gerät ist kein Speicherplatz mehr verfügbar", "Aucun espace disponible sur le périphérique",
        "No queda espacio en el dispositivo",
        "Spazio esaurito sul device",
        "Não há espaço disponível no dispositivo",
        "Brak miejsca na urządzeniu",
        "На устройстве не осталось свободного места", "设备上没有空间",
        "デバイスに空き領域がありません",
    ),
    "Cannot allocate memory": (
        "Nicht genügend Hauptspeicher verfügbar",
        "Impossible d'allouer de la mémoire",
        "No se pudo asignar memoria",
        "Impossibile allocare memoria",
        "Não foi possível alocar memória", "无法分配内存", "メモリを確保できません",
    ),
    "unrecognized option": (
        "unbekannte Option", "Unbekannte Option", "ungültige Option", "option non reconnue", "option invalide",
        "opción no reconocida", "opción inválida",
        "opzione non riconosciuta", "opção inválida", "无法识别的选项",
        "認識できないオプション",
    ),
    "Disk quota exceeded": (
        "Der zugewiesene Plattenplatz (Quota) ist überschritten",
        "Débordement du quota d'espace disque",
    ),
    "Input/output error": (
        "Eingabe-/Ausgabefehler", "Erreur d'entrée/sortie",
        "Error de entrada/salida", "输入/输出错误",
    ),
    "Connection refused": (
        "Verbindungsaufbau abgelehnt", "Connexion refusée",
        "Conexión rehusada", "拒绝连接", "接続を拒否されました",
    ),
    "Is a directory": ("Ist ein Verzeichnis", "est un dossier", "Es un directorio"),
    "File exists": ("Die Datei existiert bereits", "Le fichier existe", "El fichero ya existe"),
    "Terminated": ("Beendet", "Complété", "Terminado"),
}  # fmt: skip
_ENGLISH = {native: english for english, natives in _SENTENCES.items() for native in natives}

_PLAIN = {native: english for native, english in _ENGLISH.items() if native.isascii()}


def spoken_in(text: str) -> dict[str, str]:
    """The sentences of other languages that stand in a text, with their English; usually none."""
    spoken = {native: english for native, english in _PLAIN.items() if native in text}
    if not text.isascii():
        others = "\n".join(line for line in text.split("\n") if not line.isascii())
        spoken |= {native: english for native, english in _ENGLISH.items() if native in others}
    return spoken


def in_english(line: str, spoken: Mapping[str, str]) -> str:
    """The line with the first of these sentences said in English."""
    for native, english in spoken.items():
        if native in line:
            return line.replace(native, english)
    return line
